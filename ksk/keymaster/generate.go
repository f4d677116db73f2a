package keymaster

import (
	"encoding/base32"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"time"

	"coen/dnssec"
	"coen/hsm"
	"coen/ksk/config"
	"coen/ksk/journal"
	"coen/ksk/signer"
	"coen/pgpwords"
)

// Request says what key to generate.
type Request struct {
	Label     string // empty: one made from the time
	Algorithm dnssec.Algorithm
	Bits      uint   // of RSA keys: 2048, 3072 or 4096
	ID        []byte // CKA_ID of both halves; nil: what the token makes of it
}

// Label makes a label of seven characters from a time. It changes every four seconds:
// some tokens show no more characters, and cannot rename a key.
func Label(now time.Time) string {
	seconds := binary.BigEndian.AppendUint32(nil, uint32(now.Unix()))
	return "K" + strings.ToLower(base32.StdEncoding.EncodeToString(seconds))[:6]
}

// Spec returns the kind of key that an algorithm needs.
func (r Request) Spec() (hsm.KeySpec, error) {
	switch r.Algorithm {
	case dnssec.RSASHA256, dnssec.RSASHA512:
		switch r.Bits {
		case 0:
			return hsm.KeySpec{}, errors.New("RSA key generation requires key size")
		case 2048, 3072, 4096:
			return hsm.KeySpec{Type: hsm.RSA, Bits: r.Bits}, nil
		}
		return hsm.KeySpec{}, fmt.Errorf("RSA keys of %d bits are not made", r.Bits)
	case dnssec.ECDSAP256SHA256:
		return hsm.KeySpec{Type: hsm.EC, Params: hsm.P256}, nil
	case dnssec.ECDSAP384SHA384:
		return hsm.KeySpec{Type: hsm.EC, Params: hsm.P384}, nil
	case dnssec.ED25519:
		return hsm.KeySpec{Type: hsm.Edwards, Params: hsm.Curve25519}, nil
	}
	return hsm.KeySpec{}, fmt.Errorf("keys for %v are not made", r.Algorithm)
}

const generateLogger = "kskm.keymaster.keygen"

// Generate makes a key pair in a slot and reports it. A label that any token knows is
// refused. A key whose tag clashes with one of the configuration stays in the token, and is
// reported as an error.
func Generate(t *hsm.Tokens, s *hsm.Slot, r Request, c *config.Config, add func(journal.Record)) error {
	log, tool := journal.NewLogger(add, generateLogger), journal.NewLogger(add, toolLogger)
	spec, err := r.Spec()
	if err != nil {
		return err
	}
	spec.ID = r.ID
	for _, class := range []hsm.Class{hsm.PublicKey, hsm.PrivateKey} {
		there, err := t.FindAll(r.Label, class)
		if err != nil {
			return err
		}
		if len(there) > 0 {
			log.Errorf("A key with label %s already exists: %v", r.Label, there[0])
			return fmt.Errorf("label %s is in use", r.Label)
		}
	}
	k, err := t.Generate(s, r.Label, spec)
	if err != nil {
		return err
	}
	log.Infof("Generated key: %v", k)
	record := recordOf(k, r.Algorithm)
	published, revoked := signer.TagsOf(record)
	tool.Infof("Generated key %s has key tag %d for algorithm=AlgorithmDNSSEC.%v, flags=0x%x", r.Label, published, r.Algorithm, dnssec.FlagsKSK)
	tool.Infof("Generated key %s has key tag %d with the REVOKE bit set (flags 0x%x)", r.Label, revoked, dnssec.FlagsRevoked)
	for _, known := range c.Keys {
		if known.KeyTag == int64(published) || known.KeyTag == int64(revoked) {
			return fmt.Errorf("Key tag collision detected: key %s has tag %d, as the new key %s (%d, revoked %d), which stays in the token",
				known.Label, known.KeyTag, r.Label, published, revoked)
		}
	}
	tool.Infof("DNS records for generated key:\n%s\n", strings.Join(Records(record, 4), "\n"))
	digest := record.DS()
	tool.Infof("DS digest as PGP words:\n>> %s", pgpwords.String(digest[:]))
	return nil
}
