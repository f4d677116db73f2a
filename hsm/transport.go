package hsm

import (
	"errors"
	"fmt"
)

// transportBits is the size of the RSA key under which a wrapping key travels.
const transportBits = uint(3072)

// CopyWrappingKey takes a transferable wrapping key to another token. The other token makes an RSA key pair
// for this one journey; under its public half (RSA-OAEP) the key leaves the first token and enters the second. Then
// both prove that they have the same key: what one wraps, the other unwraps.
func (t *Tokens) CopyWrappingKey(k *Key, to *Slot, transferable bool) (*Key, error) {
	clear(t.cache)
	public, private, err := to.transportPair()
	if err != nil {
		return nil, fmt.Errorf("transport key: %w", err)
	}
	defer to.session.Destroy(private)
	defer to.session.Destroy(public)
	wrapped, err := k.wrapForTransport(to, public)
	if err != nil {
		return nil, err
	}
	h, err := to.session.Unwrap(RSAOAEP, private, wrapped, wrappingTemplate(k.Label, k.ID, transferable))
	if err != nil {
		return nil, fmt.Errorf("into slot %d of %s: %w", to.Number, to.Module, err)
	}
	made, err := t.read(to, h)
	if err == nil {
		err = k.same(made)
	}
	if err != nil {
		return nil, errors.Join(err, to.session.Destroy(h))
	}
	return made, nil
}

// transportPair makes a key pair that ends with the session.
func (s *Slot) transportPair() (public, private Handle, err error) {
	return s.session.GenerateKeyPair(RSAKeyPairGen,
		Template{
			{AttrClass, PublicKey}, {AttrKeyType, RSA}, {AttrToken, false}, {AttrWrap, true}, {AttrEncrypt, true},
			{AttrModulusBits, transportBits}, {AttrPublicExponent, exponent},
		},
		Template{
			{AttrClass, PrivateKey}, {AttrKeyType, RSA}, {AttrToken, false}, {AttrPrivate, true}, {AttrSensitive, true},
			{AttrExtractable, false}, {AttrUnwrap, true}, {AttrDecrypt, true},
		})
}

// wrapForTransport wraps a wrapping key under the public key of another token.
func (k *Key) wrapForTransport(to *Slot, public Handle) ([]byte, error) {
	a, err := to.session.Read(public)
	if err != nil {
		return nil, err
	}
	session := k.Slot.session
	h, err := session.Create(Template{
		{AttrClass, PublicKey}, {AttrKeyType, RSA}, {AttrToken, false}, {AttrWrap, true}, {AttrEncrypt, true},
		{AttrModulus, a.Modulus}, {AttrPublicExponent, a.Exponent},
	})
	if err != nil {
		return nil, err
	}
	defer session.Destroy(h)
	wrapped, err := session.Wrap(RSAOAEP, h, k.Handle)
	if err != nil {
		return nil, fmt.Errorf("out of slot %d of %s: %w", k.Slot.Number, k.Slot.Module, err)
	}
	return wrapped, nil
}

// same has the other key unwrap what this one has wrapped.
func (k *Key) same(other *Key) error {
	wrapped, err := k.probe()
	if err != nil {
		return err
	}
	m, err := other.Slot.wrapping()
	if err != nil {
		return err
	}
	h, err := other.Slot.session.Unwrap(m, other.Handle, wrapped, throwaway())
	if err != nil {
		return fmt.Errorf("the copy does not unwrap what the original has wrapped: %w", err)
	}
	return other.Slot.session.Destroy(h)
}
