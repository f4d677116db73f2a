package policy

import (
	"fmt"

	"coen/dnssec"
	"coen/ksk/ksr"
	"coen/ksk/lexical"
)

// ksrBundleKeys: every key of the request is one that its own policy announces, is a zone
// signing key, has the key tag that it claims, and means the same key wherever its
// identifier occurs.
var ksrBundleKeys = Check{
	ID:     "KSR-BUNDLE-KEYS",
	Stage:  Request,
	Rule:   "each key matches the ZSK policy of the request, has flags 256 and its true key tag, and is the same in all bundles",
	Source: "DPS 6.6",
	run: func(f *finding, c *Case) {
		if !c.RequestPolicy.KeysMatchZSKPolicy {
			f.knob("keys_match_zsk_policy")
			return
		}
		seen, material := map[string]ksr.Key{}, map[string]string{}
		for _, b := range c.Request.Bundles {
			for _, k := range b.Keys {
				earlier, ok := seen[k.Identifier]
				switch {
				case ok && earlier != k:
					f.value("key", k.Identifier)
					f.fail("Key tag %s matches two different keys (the second one in bundle %s)", k.Identifier, b.ID)
				case !ok:
					f.newKey(c, b, k)
				}
				if f.err != nil {
					return
				}
				seen[k.Identifier] = k
				f.sameMaterial(material, b, k)
			}
		}
		f.value("keys", len(seen))
		f.pass("All %d unique keys in the bundles accepted by policy", len(seen))
	},
}

// sameMaterial warns of a key that comes under two names. If both are in one bundle there are two
// equal records, which is no lawful set of records.
func (f *finding) sameMaterial(names map[string]string, b ksr.Bundle, k ksr.Key) {
	record, err := k.DNSKEY()
	if err != nil {
		return
	}
	rdata := string(record.RDATA())
	if other, ok := names[rdata]; ok && other != k.Identifier {
		f.main().Warningf("KSR-BUNDLE-KEYS: Key %s in bundle %s is the same key as %s", k.Identifier, b.ID, other)
	}
	names[rdata] = k.Identifier
}

// newKey judges a key that no earlier bundle has.
func (f *finding) newKey(c *Case, b ksr.Bundle, k ksr.Key) {
	if !f.matchesPolicy(c, b, k) {
		return
	}
	if k.Flags != dnssec.FlagsZSK {
		f.value("flags", k.Flags)
		f.fail("Key %s in bundle %s has flags %d, should be %d", k.Identifier, b.ID, k.Flags, dnssec.FlagsZSK)
		return
	}
	record, err := k.DNSKEY()
	if err != nil {
		f.fault(err)
		return
	}
	if tag := record.Tag(); k.Tag != lexical.Int(int64(tag)) {
		f.value("key tag", k.Tag)
		f.fail("Key %s in bundle %s has key tag %s, should be %d", k.Identifier, b.ID, k.Tag, tag)
		return
	}
	if weakness := dnssec.Weakness(record); weakness != "" {
		f.main().Warningf("KSR-BUNDLE-KEYS: Key %s in bundle %s: %s", k.Identifier, b.ID, weakness)
	}
}

// matchesPolicy looks for the key's algorithm, size and exponent in the policy.
func (f *finding) matchesPolicy(c *Case, b ksr.Bundle, k ksr.Key) bool {
	switch {
	case k.Algorithm.IsECDSA():
		f.main().Warningf("Key %s in bundle %s is an ECDSA key - this is untested", k.Identifier, b.ID)
	case k.Algorithm.IsEdDSA():
		f.main().Warningf("Key %s in bundle %s is an EdDSA key - this is untested", k.Identifier, b.ID)
	case !k.Algorithm.IsRSA():
		f.fault(fmt.Errorf("key %s in bundle %s has algorithm %v", k.Identifier, b.ID, k.Algorithm))
		return false
	}
	found, err := ksr.AlgorithmOf(k)
	if err != nil {
		f.fault(fmt.Errorf("bundle %s: %w", b.ID, err))
		return false
	}
	sizeMatches := false
	for _, p := range c.Request.ZSK.Algorithms {
		if p == found {
			return true
		}
		sizeMatches = sizeMatches || p.Algorithm == found.Algorithm && p.Size == found.Size
	}
	if sizeMatches && k.Algorithm.IsRSA() && !c.RequestPolicy.RSAExponentMatchZSKPolicy {
		f.main().Warningf("KSR-BUNDLE-KEYS: Key %s in bundle %s has exponent %s, not matching the ZSK SignaturePolicy",
			k.Identifier, b.ID, found.Exponent)
		return true
	}
	f.value("algorithm", found.Algorithm)
	f.value("size", found.Size)
	f.value("exponent", found.Exponent)
	f.fail("Key %s in bundle %s does not match the ZSK SignaturePolicy", k.Identifier, b.ID)
	return false
}
