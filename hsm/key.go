package hsm

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"

	"coen/dnssec"
	"coen/ksk/journal"
)

// Key is a key object in a token.
type Key struct {
	Attributes
	Slot   *Slot
	Handle Handle
	// Public is the public key as a DNSKEY record carries it (RFC 3110, 6605, 8080); nil if the
	// object does not show it.
	Public []byte
	log    journal.Logger
}

// String shows the key as the log does: its label, its type and how long the base64 text
// of its public key is.
func (k *Key) String() string {
	return fmt.Sprintf("key_label=%s %v public_key=%d bytes", k.Label, k.Type, len(k.PublicText()))
}

// PublicText returns the public key in base64 as inventories show it: like a DNSKEY record,
// but with the 0x04 that the points of PKCS#11 start with.
func (k *Key) PublicText() string {
	if k.Type == EC {
		return base64.StdEncoding.EncodeToString(k.Point)
	}
	return base64.StdEncoding.EncodeToString(k.Public)
}

// publicValue encodes the public key of an object.
func publicValue(a Attributes) ([]byte, error) {
	switch a.Type {
	case RSA:
		if len(a.Modulus) == 0 || len(a.Exponent) == 0 {
			return nil, nil
		}
		return dnssec.EncodeRSA(a.Exponent, a.Modulus)
	case EC:
		const uncompressed = 0x04
		if len(a.Point) > 0 && a.Point[0] == uncompressed {
			return a.Point[1:], nil
		}
		return nil, nil
	case Edwards:
		return a.Point, nil
	}
	return nil, nil
}

// query is a search for a key.
type query struct {
	label string
	class Class
}

// Find returns the key of a class with a label, or nil if no token has one. Modules are
// searched in the order of the configuration, tokens in the order of their slots. More than
// one object in a token is an error, and so are different keys with one label in different
// tokens; copies of one key are not.
func (t *Tokens) Find(label string, class Class) (*Key, error) {
	q := query{label, class}
	if k, ok := t.cache[q]; ok {
		return k, nil
	}
	all, err := t.FindAll(label, class)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	for _, other := range all[1:] {
		if string(other.Public) != string(all[0].Public) || other.Public == nil {
			return nil, fmt.Errorf("different keys with label %s in slot %d of %s and slot %d of %s", label,
				all[0].Slot.Number, all[0].Slot.Module, other.Slot.Number, other.Slot.Module)
		}
	}
	t.cache[q] = all[0]
	return all[0], nil
}

// FindAll returns the keys of a class with a label in all tokens.
func (t *Tokens) FindAll(label string, class Class) ([]*Key, error) {
	var all []*Key
	for _, m := range t.modules {
		for _, s := range m.slots {
			k, err := t.findIn(s, label, class)
			if err != nil {
				return nil, fmt.Errorf("module %s slot %d: %w", m.name, s.Number, err)
			}
			if k != nil {
				all = append(all, k)
			}
		}
	}
	return all, nil
}

func (t *Tokens) findIn(s *Slot, label string, class Class) (*Key, error) {
	handles, err := s.session.Find(class, &label)
	if err != nil || len(handles) == 0 {
		return nil, err
	}
	if len(handles) > 1 {
		return nil, fmt.Errorf("more than one %v key with label %s", class, label)
	}
	k, err := t.read(s, handles[0])
	if err != nil || k.Public != nil || class != PrivateKey {
		return k, err
	}
	// The private half does not show its public value; the public half does.
	public, err := t.findIn(s, label, PublicKey)
	if err != nil || public == nil {
		return k, err
	}
	k.Point, k.Params, k.Public = public.Point, public.Params, public.Public
	k.Modulus, k.Exponent = public.Modulus, public.Exponent
	return k, nil
}

func (t *Tokens) read(s *Slot, h Handle) (*Key, error) {
	a, err := s.session.Read(h)
	if err != nil {
		return nil, err
	}
	a.Modulus = bytes.TrimLeft(a.Modulus, "\x00") // some tokens put a sign in front
	k := &Key{Attributes: a, Slot: s, Handle: h, log: t.log}
	k.Public, err = publicValue(a)
	return k, err
}

// PublicKey returns the base64 text of the public key with this label as a DNSKEY record has
// it, or false if no token has one.
func (t *Tokens) PublicKey(label string) (text string, found bool, err error) {
	k, err := t.Find(label, PublicKey)
	if err != nil || k == nil {
		return "", false, err
	}
	return base64.StdEncoding.EncodeToString(k.Public), true, nil
}

// Keys returns all keys of a class in a slot, in the token's order. Only what can be read is
// returned; the error, if any, joins those of the others.
func (t *Tokens) Keys(s *Slot, class Class) ([]*Key, error) {
	handles, err := s.session.Find(class, nil)
	if err != nil {
		return nil, err
	}
	var all []*Key
	var failed error
	for _, h := range handles {
		k, err := t.read(s, h)
		if err != nil {
			failed = errors.Join(failed, err)
			continue
		}
		all = append(all, k)
	}
	return all, failed
}

// Generate makes a key pair in a slot and returns the public half.
func (t *Tokens) Generate(s *Slot, label string, spec KeySpec) (*Key, error) {
	clear(t.cache)
	m, err := spec.generator()
	if err != nil {
		return nil, err
	}
	public, _, err := s.session.GenerateKeyPair(m, spec.public(label), spec.private(label))
	if err != nil {
		return nil, err
	}
	return t.read(s, public)
}

// Destroy removes an object from its token.
func (t *Tokens) Destroy(k *Key) error {
	clear(t.cache)
	return k.Slot.session.Destroy(k.Handle)
}

// Destroy removes a key that nothing has found before.
func (k *Key) Destroy() error { return k.Slot.session.Destroy(k.Handle) }

// FindIn returns the key of a class with a label in one slot, or nil.
func (t *Tokens) FindIn(s *Slot, label string, class Class) (*Key, error) {
	return t.findIn(s, label, class)
}
