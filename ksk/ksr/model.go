package ksr

import (
	"errors"
	"fmt"
	"time"

	"coen/dnssec"
	"coen/ksk/lexical"
)

// Request is a key signing request.
type Request struct {
	ID        string
	Domain    string
	Serial    lexical.Integer
	Timestamp time.Time // zero if the request has none
	ZSK       Policy
	Bundles   []Bundle // by expiration
}

// Policy is what an operator says about its keys and signatures.
type Policy struct {
	PublishSafety        lexical.Duration
	RetireSafety         lexical.Duration
	MaxSignatureValidity lexical.Duration
	MinSignatureValidity lexical.Duration
	MaxValidityOverlap   lexical.Duration
	MinValidityOverlap   lexical.Duration
	Algorithms           []AlgorithmPolicy // no two are equal
}

// AlgorithmPolicy is an algorithm with the size of its keys.
type AlgorithmPolicy struct {
	Algorithm dnssec.Algorithm
	Size      lexical.Integer // bits
	Exponent  lexical.Integer // of RSA keys; else empty
}

// Bundle is the key set of one period, with signatures over it.
type Bundle struct {
	ID         string
	Inception  time.Time
	Expiration time.Time
	Keys       []Key       // no two are equal in all fields
	Signatures []Signature // no two are equal in all fields
	Signers    []string    // key identifiers of <Signer> elements, which have no effect
}

// Key is a DNSKEY record with a name. Keys are comparable.
type Key struct {
	Identifier string
	Tag        lexical.Integer
	TTL        lexical.Integer
	Flags      uint16
	Protocol   lexical.Integer
	Algorithm  dnssec.Algorithm
	PublicKey  string // base64 as it was written
}

// Signature is an RRSIG record with the name of the key that made it. Signatures
// are comparable.
type Signature struct {
	Identifier  string
	TTL         lexical.Integer
	Algorithm   dnssec.Algorithm
	Labels      lexical.Integer
	OriginalTTL lexical.Integer
	Expiration  time.Time
	Inception   time.Time
	KeyTag      lexical.Integer
	SignersName string
	Data        string // base64 as it was written
}

// PublicKeyBytes decodes the public key.
func (k Key) PublicKeyBytes() ([]byte, error) {
	pub, err := lexical.DecodeBase64(k.PublicKey)
	if err != nil {
		return nil, fmt.Errorf("public key of %s: %w", k.Identifier, err)
	}
	return pub, nil
}

// DNSKEY returns the record that the key stands for.
func (k Key) DNSKEY() (dnssec.Key, error) {
	pub, err := k.PublicKeyBytes()
	if err != nil {
		return dnssec.Key{}, err
	}
	protocol, ok := k.Protocol.Uint(8)
	if !ok {
		return dnssec.Key{}, fmt.Errorf("protocol %s of key %s does not fit a record", k.Protocol, k.Identifier)
	}
	return dnssec.Key{Flags: k.Flags, Protocol: uint8(protocol), Algorithm: k.Algorithm, PublicKey: pub}, nil
}

// RRSIG returns the fields of the signature that it covers itself.
func (s Signature) RRSIG() (dnssec.RRSIG, error) {
	if s.SignersName != "." {
		return dnssec.RRSIG{}, fmt.Errorf("signer %q is not the root", s.SignersName)
	}
	labels, ok1 := s.Labels.Uint(8)
	ttl, ok2 := s.OriginalTTL.Uint(32)
	tag, ok3 := s.KeyTag.Uint(16)
	expiration, ok4 := lexical.Int(s.Expiration.Unix()).Uint(32)
	inception, ok5 := lexical.Int(s.Inception.Unix()).Uint(32)
	if !ok1 || !ok2 || !ok3 || !ok4 || !ok5 {
		return dnssec.RRSIG{}, fmt.Errorf("a field of the signature with key %s does not fit a record", s.Identifier)
	}
	return dnssec.RRSIG{
		Algorithm: s.Algorithm, Labels: uint8(labels), OriginalTTL: uint32(ttl),
		Expiration: uint32(expiration), Inception: uint32(inception), KeyTag: uint16(tag),
	}, nil
}

// SignedData returns the octets that the signature signs over the keys.
func (s Signature) SignedData(keys []Key) ([]byte, error) {
	rrsig, err := s.RRSIG()
	if err != nil {
		return nil, err
	}
	rdata := make([][]byte, len(keys))
	for i, k := range keys {
		record, err := k.DNSKEY()
		if err != nil {
			return nil, err
		}
		rdata[i] = record.RDATA()
		if len(rdata[i]) > 0xffff {
			return nil, fmt.Errorf("public key of %s does not fit a record", k.Identifier)
		}
	}
	return dnssec.SignedData(rrsig, rdata), nil
}

// InvalidSignature says that a signature in a bundle was not made with its key over
// the bundle's keys.
type InvalidSignature struct {
	Bundle     string // identifier
	KeyTag     lexical.Integer
	Identifier string // of the key
}

func (e *InvalidSignature) Error() string {
	return "Invalid signature encountered in bundle " + e.Bundle
}

// VerifySignatures checks a bundle as a set of keys with signatures over it: there are keys and
// signatures, no two keys have one identifier, each signature names a key of the
// bundle and was made with it over all the bundle's keys. Not every key needs a
// signature, and the times of a signature are not compared with any clock. A
// signature that does not verify is an [*InvalidSignature]; other errors are faults of form.
func (b Bundle) VerifySignatures() error {
	if len(b.Keys) == 0 || len(b.Signatures) == 0 {
		return fmt.Errorf("bundle %s has no keys or no signatures", b.ID)
	}
	byIdentifier := map[string]Key{}
	for _, k := range b.Keys {
		if _, ok := byIdentifier[k.Identifier]; ok {
			return fmt.Errorf("More than one key with key_identifier %s in bundle %s", k.Identifier, b.ID)
		}
		byIdentifier[k.Identifier] = k
	}
	for _, s := range b.Signatures {
		k, ok := byIdentifier[s.Identifier]
		if !ok {
			return fmt.Errorf("signature with unknown key %s in bundle %s", s.Identifier, b.ID)
		}
		if err := s.verify(k, b); err != nil {
			return err
		}
	}
	return nil
}

func (s Signature) verify(k Key, b Bundle) error {
	data, err := s.SignedData(b.Keys)
	if err != nil {
		return err
	}
	pub, err := k.PublicKeyBytes()
	if err != nil {
		return err
	}
	sig, err := lexical.DecodeBase64(s.Data)
	if err != nil {
		return fmt.Errorf("signature with key %s in bundle %s: %w", s.Identifier, b.ID, err)
	}
	switch err := dnssec.Verify(k.Algorithm, pub, data, sig); {
	case errors.Is(err, dnssec.ErrBadSignature):
		return &InvalidSignature{Bundle: b.ID, KeyTag: k.Tag, Identifier: k.Identifier}
	case err != nil:
		return fmt.Errorf("key %s in bundle %s: %w", k.Identifier, b.ID, err)
	}
	return nil
}
