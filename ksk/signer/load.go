package signer

import (
	"bytes"
	"fmt"
	"strings"

	"coen/dnssec"
	"coen/hsm"
	"coen/ksk/config"
	"coen/ksk/journal"
	"coen/ksk/ksr"
	"coen/ksk/lexical"
)

// loaded is a key from a token that is what the configuration says it is.
type loaded struct {
	*hsm.Key
	config config.Key
}

// record returns the DNSKEY record of the key with these flags.
func (k loaded) record(flags uint16, ttl lexical.Integer) ksr.Key {
	return ksr.Key{
		Identifier: k.config.Label, Tag: lexical.Int(int64(record(k.Key, k.config.Algorithm, flags).Tag())), TTL: ttl, Flags: flags,
		Protocol: lexical.Int(int64(dnssec.Protocol)), Algorithm: k.config.Algorithm, PublicKey: lexical.EncodeBase64(k.Public),
	}
}

func record(k *hsm.Key, a dnssec.Algorithm, flags uint16) dnssec.Key {
	return dnssec.Key{Flags: flags, Protocol: dnssec.Protocol, Algorithm: a, PublicKey: k.Public}
}

// load fetches a key by its name in the configuration and judges it, each time anew.
func (s *Signer) load(name string, b ksr.Bundle, class hsm.Class) (loaded, error) {
	c, ok := s.Config.Key(name)
	if !ok {
		return loaded{}, fmt.Errorf("no key %q in the configuration", name)
	}
	if err := s.valid(c, b); err != nil {
		return loaded{}, err
	}
	k, err := s.Tokens.Find(c.Label, class)
	if err != nil {
		return loaded{}, err
	}
	if k == nil {
		s.findings.note(kskPresence, name)
		return loaded{}, s.findings.fail(kskPresence, &NotFound{name})
	}
	s.findings.pass(kskPresence)
	if err := CheckType(k, c); err != nil {
		return loaded{}, s.findings.fail(kskType, err)
	}
	s.findings.pass(kskType)
	if err := CheckDS(k, c, s.Config.KSK.TTL, s.logger(kskLogger)); err != nil {
		return loaded{}, s.findings.fail(kskDS, err)
	}
	s.findings.pass(kskDS)
	if err := CheckTag(k, c, s.Config.KSK.TTL, s.logger(kskLogger)); err != nil {
		return loaded{}, s.findings.fail(kskTag, err)
	}
	s.findings.pass(kskTag)
	return loaded{k, c}, nil
}

const kskLogger = "kskm.common.config_ksk"

// valid compares the period of a key with that of a bundle. Both limits are inclusive.
func (s *Signer) valid(c config.Key, b ksr.Bundle) error {
	from, err := zoned(c.ValidFrom)
	if err != nil {
		return s.findings.fail(kskValidity, fmt.Errorf("valid_from of key %s: %w", c.Name, err))
	}
	if from.After(b.Inception) {
		return s.findings.fail(kskValidity, fmt.Errorf("Key %s is not valid yet at the inception of bundle %s (%s > %s)",
			c.Label, b.ID, lexical.FormatPlain(from), lexical.FormatPlain(b.Inception)))
	}
	if c.ValidUntil != nil {
		until, err := zoned(*c.ValidUntil)
		if err != nil {
			return s.findings.fail(kskValidity, fmt.Errorf("valid_until of key %s: %w", c.Name, err))
		}
		if until.Before(b.Expiration) {
			return s.findings.fail(kskValidity, fmt.Errorf("Key %s is not valid any more at the expiration of bundle %s (%s < %s)",
				c.Label, b.ID, lexical.FormatPlain(until), lexical.FormatPlain(b.Expiration)))
		}
	}
	s.findings.pass(kskValidity)
	return nil
}

// CheckType compares the object in a token with what the configuration says of the key.
func CheckType(k *hsm.Key, c config.Key) error {
	switch {
	case k.Public == nil:
		return fmt.Errorf("PKCS#11 key %s does not show its public value", c.Label)
	case k.Type == hsm.RSA:
		return checkRSA(k, c)
	case k.Type == hsm.EC:
		params := map[dnssec.Algorithm][]byte{dnssec.ECDSAP256SHA256: hsm.P256, dnssec.ECDSAP384SHA384: hsm.P384}[c.Algorithm]
		if params == nil {
			return fmt.Errorf("PKCS#11 key %s is an EC key, expected %v", c.Label, c.Algorithm)
		}
		if !bytes.Equal(params, k.Params) || len(k.Public) != c.Algorithm.PointSize() {
			return fmt.Errorf("PKCS#11 key %s is on another curve than that of %v", c.Label, c.Algorithm)
		}
		return nil
	case k.Type == hsm.Edwards:
		if c.Algorithm != dnssec.ED25519 || len(k.Public) != c.Algorithm.PointSize() {
			return fmt.Errorf("PKCS#11 key %s is an Ed25519 key, expected %v", c.Label, c.Algorithm)
		}
		return nil
	}
	return fmt.Errorf("PKCS#11 key %s is of %v, expected %v", c.Label, k.Type, c.Algorithm)
}

func checkRSA(k *hsm.Key, c config.Key) error {
	if !c.Algorithm.IsRSA() {
		return fmt.Errorf("PKCS#11 key %s is an RSA key, expected %v", c.Label, c.Algorithm)
	}
	rsa, err := dnssec.DecodeRSA(k.Public)
	if err != nil {
		return err
	}
	if int64(rsa.Bits()) != c.RSASize {
		return fmt.Errorf("PKCS#11 key %s is RSA-%d - expected %s", c.Label, rsa.Bits(), given(c.RSASize))
	}
	if lexical.Integer(rsa.Exponent.String()) != lexical.Int(c.RSAExponent) {
		return fmt.Errorf("PKCS#11 key %s has RSA exponent %v - expected %s", c.Label, rsa.Exponent, given(c.RSAExponent))
	}
	return nil
}

func given(n int64) string {
	if n == 0 {
		return "None"
	}
	return string(lexical.Int(n))
}

// CheckDS compares the DS digest of a key, with the flags of a key signing key, with the one
// in the configuration. A key without one gets a warning.
func CheckDS(k *hsm.Key, c config.Key, ttl int64, log journal.Logger) error {
	r := record(k, c.Algorithm, dnssec.FlagsKSK)
	computed := r.DSHex()
	switch {
	case c.DSSHA256 == "":
		log.Warningf("Key %s has no ds_sha256 in the configuration, not checking it (computed %s)", c.Label, computed)
	case !strings.EqualFold(c.DSSHA256, computed):
		log.Errorf("Configured KSK key %s DS SHA256 %s does not match computed DS SHA256 %s for DNSSEC key: %s",
			c.Label, c.DSSHA256, computed, describe(c, r, ttl))
		return fmt.Errorf("Key %s has unexpected DS (%s, not %s)", c.Label, computed, c.DSSHA256)
	}
	return nil
}

// CheckTag compares the key tag of a key, with the flags of a key signing key, with the one in the
// configuration. A key without one gets a warning.
func CheckTag(k *hsm.Key, c config.Key, ttl int64, log journal.Logger) error {
	r := record(k, c.Algorithm, dnssec.FlagsKSK)
	switch {
	case c.KeyTag == 0:
		log.Warningf("Key %s has no key_tag in the configuration, not checking it (computed %d)", c.Label, r.Tag())
	case c.KeyTag != int64(r.Tag()):
		log.Errorf("Configured KSK key %s key tag %d does not match key tag %d for DNSSEC key: %s", c.Label, c.KeyTag, r.Tag(), describe(c, r, ttl))
		return fmt.Errorf("Key %s has unexpected key tag (%d, not %d)", c.Label, r.Tag(), c.KeyTag)
	}
	return nil
}

func describe(c config.Key, r dnssec.Key, ttl int64) string {
	return fmt.Sprintf("key_identifier='%s' key_tag=%d ttl=%d flags=%d protocol=%d algorithm=<AlgorithmDNSSEC.%v: %d>",
		c.Label, r.Tag(), ttl, r.Flags, r.Protocol, r.Algorithm, r.Algorithm)
}
