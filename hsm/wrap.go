package hsm

import (
	"errors"
	"fmt"
	"slices"

	"coen/dnssec"
)

// Throwaway keys are AES-128 keys that live as long as a session. Wrapped by RFC 5649 one has three
// blocks of eight bytes; with the padding of PKCS#7 instead, which some tokens do under the same number, it has four.
const (
	throwawaySize    = 16
	throwawayWrapped = 24
)

// wrappingTemplate is that of a key that wraps others and does nothing else: were it to decrypt as
// well, whoever has the PIN could read what it has wrapped. Only a transferable one can be copied to another token.
func wrappingTemplate(label string, id []byte, transferable bool) Template {
	return Template{
		{AttrLabel, []byte(label)}, {AttrID, id}, {AttrClass, SecretKey}, {AttrKeyType, AES},
		{AttrToken, true}, {AttrPrivate, true}, {AttrSensitive, true}, {AttrExtractable, transferable},
		{AttrWrap, true}, {AttrUnwrap, true},
		{AttrEncrypt, false}, {AttrDecrypt, false}, {AttrSign, false}, {AttrVerify, false}, {AttrDerive, false},
	}
}

// GenerateWrappingKey makes an AES-256 key that wraps others in a slot, and proves that it does so by RFC 5649.
func (t *Tokens) GenerateWrappingKey(s *Slot, label string, id []byte, transferable bool) (*Key, error) {
	clear(t.cache)
	const size = uint(32)
	h, err := s.session.GenerateKey(AESKeyGen, append(wrappingTemplate(label, id, transferable), Attribute{AttrValueLen, size}))
	if err != nil {
		return nil, err
	}
	k, err := t.read(s, h)
	if err == nil {
		_, err = k.probe()
	}
	if err != nil {
		return nil, errors.Join(err, s.session.Destroy(h))
	}
	return k, nil
}

// wrapping returns the token's mechanism that wraps by RFC 5649.
func (s *Slot) wrapping() (Mechanism, error) {
	all, err := s.library.Mechanisms(s.Number)
	if err != nil {
		return 0, err
	}
	for _, m := range []Mechanism{AESKeyWrapKWP, AESKeyWrapPad} {
		if slices.Contains(all, m) {
			return m, nil
		}
	}
	return 0, fmt.Errorf("the token in slot %d of %s has neither %v nor %v", s.Number, s.Module, AESKeyWrapKWP, AESKeyWrapPad)
}

// probe wraps a throwaway key and looks whether the result is as long as RFC 5649 makes it.
func (k *Key) probe() ([]byte, error) {
	session := k.Slot.session
	h, err := session.GenerateKey(AESKeyGen, append(throwaway(), Attribute{AttrValueLen, uint(throwawaySize)}))
	if err != nil {
		return nil, err
	}
	defer session.Destroy(h)
	wrapped, err := k.wrap(h)
	if err == nil && len(wrapped) != throwawayWrapped {
		err = fmt.Errorf("the token wraps %d bytes into %d, which is not RFC 5649", throwawaySize, len(wrapped))
	}
	return wrapped, err
}

func throwaway() Template {
	return Template{
		{AttrClass, SecretKey}, {AttrKeyType, AES}, {AttrToken, false}, {AttrSensitive, true}, {AttrExtractable, true}, {AttrEncrypt, true},
	}
}

func (k *Key) wrap(h Handle) ([]byte, error) {
	m, err := k.Slot.wrapping()
	if err != nil {
		return nil, err
	}
	return k.Slot.session.Wrap(m, k.Handle, h)
}

// Wrap encrypts a private key of the same token by RFC 5649: PKCS#8 in, what Unwrap takes out.
func (k *Key) Wrap(private *Key) ([]byte, error) {
	if private.Slot != k.Slot {
		return nil, fmt.Errorf("key %s and wrapping key %s are in different tokens", private.Label, k.Label)
	}
	return k.wrap(private.Handle)
}

// Unwrapped says what a key that is unwrapped is to be.
type Unwrapped struct {
	Label    string
	ID       []byte
	Type     KeyType
	Public   []byte // as a DNSKEY record carries it
	Fleeting bool   // gone with the session
}

// Unwrap makes a private key of what Wrap returned, with the attributes of one that was generated. A
// mechanism of zero stands for RFC 5649.
func (k *Key) Unwrap(m Mechanism, wrapped []byte, u Unwrapped) (*Key, error) {
	if m == 0 {
		var err error
		if m, err = k.Slot.wrapping(); err != nil {
			return nil, err
		}
	}
	spec := KeySpec{Type: u.Type, ID: u.ID}
	template := spec.private(u.Label)
	if u.Fleeting {
		template = template.set(AttrToken, false)
	}
	h, err := k.Slot.session.Unwrap(m, k.Handle, wrapped, template)
	if err != nil {
		return nil, err
	}
	a, err := k.Slot.session.Read(h)
	if err != nil {
		return nil, errors.Join(err, k.Slot.session.Destroy(h))
	}
	made := &Key{Attributes: a, Slot: k.Slot, Handle: h, Public: u.Public, log: k.log}
	if err := made.complete(); err != nil {
		return nil, errors.Join(err, made.Destroy())
	}
	return made, nil
}

// complete sets the parts of an RSA key that its public half tells, whether or not the token shows them.
func (k *Key) complete() error {
	if k.Type != RSA {
		return nil
	}
	public, err := dnssec.DecodeRSA(k.Public)
	if err != nil {
		return err
	}
	k.Modulus, k.Exponent = public.Modulus, public.Exponent.Bytes()
	return nil
}

// set returns the template with another value of an attribute.
func (t Template) set(kind AttributeType, value any) Template {
	changed := slices.Clone(t)
	for i := range changed {
		if changed[i].Type == kind {
			changed[i].Value = value
		}
	}
	return changed
}

// CreatePublic puts a public key, as a DNSKEY record carries it, into a slot, with the attributes of one that was
// generated. The parameters are those of keys on curves.
func (t *Tokens) CreatePublic(s *Slot, u Unwrapped, params []byte) (*Key, error) {
	clear(t.cache)
	template := publicHead(u.Label, u.Type, u.ID)
	if u.Type == RSA {
		public, err := dnssec.DecodeRSA(u.Public)
		if err != nil {
			return nil, err
		}
		template = append(template, Attribute{AttrModulus, public.Modulus}, Attribute{AttrPublicExponent, public.Exponent.Bytes()})
	} else {
		template = append(template, Attribute{AttrECParams, params}, Attribute{AttrECPoint, wrapPoint(u.Type, u.Public)})
	}
	h, err := s.session.Create(template)
	if err != nil {
		return nil, err
	}
	return t.read(s, h)
}

// wrapPoint writes a point as PKCS#11 wants it: a DER OCTET STRING, of points on NIST curves with 0x04 in front.
func wrapPoint(kind KeyType, point []byte) []byte {
	const octetString, uncompressed = 0x04, 0x04
	if kind == EC {
		point = append([]byte{uncompressed}, point...)
	}
	return append([]byte{octetString, byte(len(point))}, point...)
}
