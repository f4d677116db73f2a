package backup

import (
	"errors"
	"fmt"

	"coen/dnssec"
	"coen/hsm"
)

// kind returns the type of a key in a token, and the parameters of its curve.
func kind(a dnssec.Algorithm) (hsm.KeyType, []byte) {
	switch a {
	case dnssec.ECDSAP256SHA256:
		return hsm.EC, hsm.P256
	case dnssec.ECDSAP384SHA384:
		return hsm.EC, hsm.P384
	case dnssec.ED25519:
		return hsm.Edwards, hsm.Curve25519
	}
	return hsm.RSA, nil
}

// Key returns the key of a record as a token would show it, without being in one.
func (r Record) Key() (*hsm.Key, error) {
	k := &hsm.Key{Public: r.Public}
	k.Class, k.Label, k.ID = hsm.PublicKey, r.Label, r.ID
	k.Type, k.Params = kind(r.Algorithm)
	if k.Type != hsm.RSA {
		return k, nil
	}
	public, err := dnssec.DecodeRSA(r.Public)
	if err != nil {
		return nil, err
	}
	k.Modulus, k.Exponent = public.Modulus, public.Exponent.Bytes()
	return k, nil
}

// Restore puts both halves of a key into the wrapping key's token and has the key sign. If anything
// fails nothing of it stays in the token. A label that the token has already is refused.
func Restore(t *hsm.Tokens, with *hsm.Key, r Record, hashInToken bool) (*hsm.Key, error) {
	return restore(t, with, 0, r, hashInToken)
}

func restore(t *hsm.Tokens, with *hsm.Key, m hsm.Mechanism, r Record, hashInToken bool) (*hsm.Key, error) {
	for _, class := range []hsm.Class{hsm.PrivateKey, hsm.PublicKey} {
		there, err := t.FindIn(with.Slot, r.Label, class)
		if err == nil && there != nil {
			err = fmt.Errorf("label %s is in use in the token", r.Label)
		}
		if err != nil {
			return nil, err
		}
	}
	kind, params := kind(r.Algorithm)
	u := hsm.Unwrapped{Label: r.Label, ID: r.ID, Type: kind, Public: r.Public}
	private, err := with.Unwrap(m, r.Wrapped, u)
	if err != nil {
		return nil, fmt.Errorf("key %s: unwrap: %w", r.Label, err)
	}
	public, err := t.CreatePublic(with.Slot, u, params)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("key %s: public half: %w", r.Label, err), private.Destroy())
	}
	err = prove(private, r.Algorithm, hashInToken)
	if err == nil && string(public.Public) != string(r.Public) {
		err = errors.New("the token shows another public key than it was given")
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("key %s: %w", r.Label, err), private.Destroy(), public.Destroy())
	}
	return private, nil
}
