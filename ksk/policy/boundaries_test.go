package policy_test

import (
	"testing"
	"time"

	"coen/dnssec"
	"coen/ksk/ksr"
	"coen/ksk/ksrtest"
	"coen/ksk/lexical"
	"coen/ksk/policy"
	"coen/ksk/requester"
)

// soft returns a test key without a test at hand.
func soft(name string) requester.Signer {
	var t testing.T
	return ksrtest.Key(&t, name, 0)
}

// replaceKeys has every bundle signed with other keys.
func replaceKeys(name string) func(*requester.Plan) {
	return func(p *requester.Plan) {
		p.Keys = []requester.ZSK{{Identifier: name, First: 1, Last: 9, Signer: soft(name)}}
	}
}

func both(a, b func(*policy.Case)) func(*policy.Case) {
	return func(c *policy.Case) { a(c); b(c) }
}

var requestBoundaries = []boundary{
	{"KSR-DOMAIN", policy.Request, "the root", func(*policy.Case) {}, policy.Pass, "Verified domain '.'"},
	{"KSR-DOMAIN", policy.Request, "another zone", func(c *policy.Case) { c.Request.Domain = "example." }, policy.Fail, "Request domain 'example.' not in policy's acceptable domains ['.']"},
	{"KSR-DOMAIN", policy.Request, "no zone", func(c *policy.Case) { c.Request.Domain = "" }, policy.Fail, "''"},
	{"KSR-DOMAIN", policy.Request, "one of several", func(c *policy.Case) { c.RequestPolicy.AcceptableDomains = []string{"a", "."} }, policy.Pass, ""},

	{"KSR-BUNDLE-UNIQUE", policy.Request, "all differ", func(*policy.Case) {}, policy.Pass, "All 9"},
	{"KSR-BUNDLE-UNIQUE", policy.Request, "first and last are equal", func(c *policy.Case) { c.Request.Bundles[8].ID = c.Request.Bundles[0].ID }, policy.Fail, "More than one bundle with id"},

	{"KSR-BUNDLE-KEYS", policy.Request, "all match", func(*policy.Case) {}, policy.Pass, "All 3 unique keys"},
	{"KSR-BUNDLE-KEYS", policy.Request, "off", func(c *policy.Case) {
		c.RequestPolicy.KeysMatchZSKPolicy = false
		c.Request.Bundles[0].Keys[0].Tag = "1"
	}, policy.Disabled, "keys_match_zsk_policy"},
	{"KSR-BUNDLE-KEYS", policy.Request, "tag is off by one", func(c *policy.Case) { c.Request.Bundles[0].Keys[0].Tag += "0" }, policy.Fail, "has key tag"},
	{"KSR-BUNDLE-KEYS", policy.Request, "key signing key", func(c *policy.Case) { c.Request.Bundles[0].Keys[0].Flags = dnssec.FlagsKSK }, policy.Fail, "has flags 257"},
	{"KSR-BUNDLE-KEYS", policy.Request, "revoked key", func(c *policy.Case) { c.Request.Bundles[0].Keys[0].Flags = dnssec.FlagsRevoked }, policy.Fail, "has flags 385"},
	{"KSR-BUNDLE-KEYS", policy.Request, "one name for two keys", func(c *policy.Case) {
		c.Request.Bundles[8].Keys[1].Identifier = c.Request.Bundles[0].Keys[0].Identifier
	}, policy.Fail, "matches two different keys"},
	{"KSR-BUNDLE-KEYS", policy.Request, "other TTL later", func(c *policy.Case) { c.Request.Bundles[1].Keys[0].TTL = "1" }, policy.Fail, "matches two different keys"},
	{"KSR-BUNDLE-KEYS", policy.Request, "other text of the same key later", func(c *policy.Case) { c.Request.Bundles[1].Keys[0].PublicKey += " " }, policy.Fail, "matches two different keys"},
	{"KSR-BUNDLE-KEYS", policy.Request, "size not in its policy", func(c *policy.Case) { c.Request.ZSK.Algorithms[0].Size = "2049" }, policy.Fail, "does not match the ZSK SignaturePolicy"},
	{"KSR-BUNDLE-KEYS", policy.Request, "exponent not in its policy", func(c *policy.Case) { c.Request.ZSK.Algorithms[0].Exponent = "3" }, policy.Fail, "does not match the ZSK SignaturePolicy"},
	{"KSR-BUNDLE-KEYS", policy.Request, "exponent tolerated", func(c *policy.Case) {
		c.Request.ZSK.Algorithms[0].Exponent = "3"
		c.RequestPolicy.RSAExponentMatchZSKPolicy = false
	}, policy.Pass, ""},
	{"KSR-BUNDLE-KEYS", policy.Request, "size not tolerated", func(c *policy.Case) {
		c.Request.ZSK.Algorithms[0].Size = "1024"
		c.RequestPolicy.RSAExponentMatchZSKPolicy = false
	}, policy.Fail, "does not match"},
	{"KSR-BUNDLE-KEYS", policy.Request, "algorithm not in its policy", func(c *policy.Case) { c.Request.ZSK.Algorithms[0].Algorithm = dnssec.RSASHA512 }, policy.Fail, "does not match"},
	{"KSR-BUNDLE-KEYS", policy.Request, "P-256", remake(replaceKeys("zsk-p256")), policy.Pass, "All 1"},
	{"KSR-BUNDLE-KEYS", policy.Request, "Ed25519", remake(replaceKeys("zsk-ed")), policy.Pass, "All 1"},
	{"KSR-BUNDLE-KEYS", policy.Request, "unusable algorithm", func(c *policy.Case) { c.Request.Bundles[0].Keys[0].Algorithm = dnssec.DSA }, policy.Fail, "DSA"},
	{"KSR-BUNDLE-KEYS", policy.Request, "no public key", func(c *policy.Case) { c.Request.Bundles[0].Keys[0].PublicKey = "" }, policy.Fail, "too short"},

	{"KSR-BUNDLE-POP", policy.Request, "all sign", func(*policy.Case) {}, policy.Pass, "All 9 bundles"},
	{"KSR-BUNDLE-POP", policy.Request, "off", func(c *policy.Case) {
		c.RequestPolicy.ValidateSignatures = false
		alterSignature(&c.Request.Bundles[0])
	}, policy.Disabled, "validate_signatures"},
	{"KSR-BUNDLE-POP", policy.Request, "altered signature in the last bundle", func(c *policy.Case) { alterSignature(&c.Request.Bundles[8]) }, policy.Fail, "Invalid signature encountered in bundle"},
	{"KSR-BUNDLE-POP", policy.Request, "one key does not sign", func(c *policy.Case) { c.Request.Bundles[0].Signatures = c.Request.Bundles[0].Signatures[:1] }, policy.Fail, "was not used to sign"},
	{"KSR-BUNDLE-POP", policy.Request, "no signatures", func(c *policy.Case) { c.Request.Bundles[0].Signatures = nil }, policy.Fail, "no keys or no signatures"},
	{"KSR-BUNDLE-POP", policy.Request, "key added afterwards", func(c *policy.Case) {
		c.Request.Bundles[1].Keys = append(c.Request.Bundles[1].Keys, c.Request.Bundles[0].Keys[0])
	}, policy.Fail, "Invalid signature"},
	{"KSR-BUNDLE-POP", policy.Request, "signature by an unknown key", func(c *policy.Case) { c.Request.Bundles[0].Signatures[0].Identifier = "x" }, policy.Fail, "unknown key x"},
	{"KSR-BUNDLE-POP", policy.Request, "identifiers swapped", func(c *policy.Case) {
		s := c.Request.Bundles[0].Signatures
		s[0].Identifier, s[1].Identifier = s[1].Identifier, s[0].Identifier
	}, policy.Fail, "Invalid signature"},
	{"KSR-BUNDLE-POP", policy.Request, "identifier twice", func(c *policy.Case) {
		c.Request.Bundles[0].Keys[1].Identifier = c.Request.Bundles[0].Keys[0].Identifier
	}, policy.Fail, "More than one key with key_identifier"},
	{"KSR-BUNDLE-POP", policy.Request, "time before 1970", func(c *policy.Case) { c.Request.Bundles[0].Signatures[0].Inception = time.Unix(-1, 0).UTC() }, policy.Fail, "does not fit"},
	{"KSR-BUNDLE-POP", policy.Request, "another signer's name", func(c *policy.Case) { c.Request.Bundles[0].Signatures[0].SignersName = "example." }, policy.Fail, "is not the root"},
	{"KSR-BUNDLE-POP", policy.Request, "TTL of the signature, which nothing covers", func(c *policy.Case) { c.Request.Bundles[0].Signatures[0].TTL = "1" }, policy.Pass, ""},

	{"KSR-BUNDLE-COUNT", policy.Request, "nine", func(*policy.Case) {}, policy.Pass, "(9) accepted"},
	{"KSR-BUNDLE-COUNT", policy.Request, "eight", func(c *policy.Case) { c.Request.Bundles = c.Request.Bundles[:8] }, policy.Fail, "(8, expected 9)"},
	{"KSR-BUNDLE-COUNT", policy.Request, "ten expected", func(c *policy.Case) { c.RequestPolicy.NumBundles = 10 }, policy.Fail, "(9, expected 10)"},
	{"KSR-BUNDLE-COUNT", policy.Request, "none", func(c *policy.Case) { c.Request.Bundles = nil }, policy.Fail, "(0, expected 9)"},

	{"KSR-BUNDLE-CYCLE-DURATION", policy.Request, "off", func(c *policy.Case) { c.RequestPolicy.CheckCycleLength = false; shift(c, 8, 100*day) }, policy.Disabled, "check_cycle_length"},
	{"KSR-BUNDLE-CYCLE-DURATION", policy.Request, "79 days", func(c *policy.Case) { shift(c, 8, -1*day) }, policy.Pass, ""},
	{"KSR-BUNDLE-CYCLE-DURATION", policy.Request, "a second below 79 days", func(c *policy.Case) { shift(c, 8, -1*day-second) }, policy.Fail, "less than minimum"},
	{"KSR-BUNDLE-CYCLE-DURATION", policy.Request, "81 days", func(c *policy.Case) { shift(c, 8, day) }, policy.Pass, ""},
	{"KSR-BUNDLE-CYCLE-DURATION", policy.Request, "a second above 81 days", func(c *policy.Case) { shift(c, 8, day+second) }, policy.Fail, "greater than maximum"},
	{"KSR-BUNDLE-CYCLE-DURATION", policy.Request, "no bundles", func(c *policy.Case) { c.Request.Bundles = nil }, policy.Disabled, "No bundles"},

	{"KSR-POLICY-KEYS", policy.Request, "2 1 1 1 1 1 1 1 2", func(*policy.Case) {}, policy.Pass, ""},
	{"KSR-POLICY-KEYS", policy.Request, "off", func(c *policy.Case) {
		c.RequestPolicy.CheckKeysMatchKSKOperatorPolicy = false
		c.Request.Bundles[0].Keys = nil
	}, policy.Disabled, ""},
	{"KSR-POLICY-KEYS", policy.Request, "eight bundles", func(c *policy.Case) { c.Request.Bundles = c.Request.Bundles[:8] }, policy.Fail, "policy has 9"},
	{"KSR-POLICY-KEYS", policy.Request, "a key less in the last bundle", func(c *policy.Case) { c.Request.Bundles[8].Keys = c.Request.Bundles[8].Keys[:1] }, policy.Fail, "has 1 keys, not 2"},
	{"KSR-POLICY-KEYS", policy.Request, "a key more in the second", func(c *policy.Case) { c.Request.Bundles[1].Keys = c.Request.Bundles[0].Keys }, policy.Fail, "has 2 keys, not 1"},
	{"KSR-POLICY-KEYS", policy.Request, "two different keys", func(c *policy.Case) { c.Request.Bundles[8].Keys = c.Request.Bundles[0].Keys }, policy.Fail, "2 keys instead of 3"},
	{"KSR-POLICY-KEYS", policy.Request, "two different keys, as agreed", func(c *policy.Case) {
		c.Request.Bundles[8].Keys = c.Request.Bundles[0].Keys
		c.RequestPolicy.NumDifferentKeysInAllBundles = 2
	}, policy.Pass, ""},

	{"KSR-POLICY-ALG", policy.Request, "RSASHA256", func(*policy.Case) {}, policy.Pass, "All 1"},
	{"KSR-POLICY-ALG", policy.Request, "off", func(c *policy.Case) {
		c.RequestPolicy.SignatureAlgorithmsMatchPolicy = false
		c.Request.ZSK.Algorithms[0].Size = "1"
	}, policy.Disabled, ""},
	{"KSR-POLICY-ALG", policy.Request, "RSASHA1, even if off", func(c *policy.Case) {
		c.RequestPolicy.SignatureAlgorithmsMatchPolicy = false
		c.Request.ZSK.Algorithms[0].Algorithm = dnssec.RSASHA1
	}, policy.Fail, "RSASHA1 is not supported"},
	{"KSR-POLICY-ALG", policy.Request, "DSA", algorithm(dnssec.DSA), policy.Fail, "deprecated"},
	{"KSR-POLICY-ALG", policy.Request, "RSASHA512", algorithm(dnssec.RSASHA512), policy.Fail, "policy dictates ['RSASHA256']"},
	{"KSR-POLICY-ALG", policy.Request, "RSASHA512, approved", both(algorithm(dnssec.RSASHA512), func(c *policy.Case) { c.RequestPolicy.ApprovedAlgorithms = []string{"RSASHA512"} }), policy.Pass, ""},
	{"KSR-POLICY-ALG", policy.Request, "unknown name is approved", func(c *policy.Case) { c.RequestPolicy.ApprovedAlgorithms = []string{"ROT13"} }, policy.Fail, "ROT13"},
	{"KSR-POLICY-ALG", policy.Request, "size", func(c *policy.Case) { c.Request.ZSK.Algorithms[0].Size = "4096" }, policy.Fail, "RSA-4096, but policy dictates [2048]"},
	{"KSR-POLICY-ALG", policy.Request, "exponent", func(c *policy.Case) { c.Request.ZSK.Algorithms[0].Exponent = "3" }, policy.Fail, "exponent 3"},
	{"KSR-POLICY-ALG", policy.Request, "second entry", func(c *policy.Case) {
		c.Request.ZSK.Algorithms = append(c.Request.ZSK.Algorithms, ksr.AlgorithmPolicy{Algorithm: dnssec.RSASHA256, Size: "1024", Exponent: "65537"})
	}, policy.Fail, "RSA-1024"},
	{"KSR-POLICY-ALG", policy.Request, "ECDSA", algorithm(dnssec.ECDSAP256SHA256), policy.Fail, "ECDSA is not supported"},
	{"KSR-POLICY-ALG", policy.Request, "EdDSA", algorithm(dnssec.ED25519), policy.Fail, "EdDSA is not supported"},
	{"KSR-POLICY-ALG", policy.Request, "ECDSA, enabled and approved", both(algorithm(dnssec.ECDSAP256SHA256), func(c *policy.Case) {
		c.RequestPolicy.EnableUnsupportedECDSA = true
		c.RequestPolicy.ApprovedAlgorithms = []string{"ECDSAP256SHA256"}
	}), policy.Pass, ""},

	{"KSR-POLICY-SIG-OVERLAP", policy.Request, "off", func(c *policy.Case) { c.RequestPolicy.CheckBundleOverlap = false; shift(c, 4, 30*day) }, policy.Disabled, ""},
	{"KSR-POLICY-SIG-OVERLAP", policy.Request, "minimum", minOverlap(lexical.Days(11)), policy.Pass, ""},
	{"KSR-POLICY-SIG-OVERLAP", policy.Request, "a second below the minimum", minOverlap(lexical.Seconds(11*86400 + 1)), policy.Fail, "is < claimed minimum 11 days, 0:00:01"},
	{"KSR-POLICY-SIG-OVERLAP", policy.Request, "maximum", maxOverlap(lexical.Days(11)), policy.Pass, ""},
	{"KSR-POLICY-SIG-OVERLAP", policy.Request, "a second above the maximum", maxOverlap(lexical.Seconds(11*86400 - 1)), policy.Fail, "is > claimed maximum 10 days, 23:59:59"},
	{"KSR-POLICY-SIG-OVERLAP", policy.Request, "touching", both(minOverlap(lexical.Duration{}), func(c *policy.Case) {
		c.Request.Bundles[1].Inception = c.Request.Bundles[0].Expiration
	}), policy.Pass, ""},
	{"KSR-POLICY-SIG-OVERLAP", policy.Request, "a gap of a second", both(minOverlap(lexical.Days(-9)), func(c *policy.Case) {
		c.Request.Bundles[1].Inception = c.Request.Bundles[0].Expiration.Add(second)
	}), policy.Fail, "does not overlap"},

	{"KSR-POLICY-SIG-VALIDITY", policy.Request, "exactly", func(*policy.Case) {}, policy.Pass, "21 days <= validity >= 21 days"},
	{"KSR-POLICY-SIG-VALIDITY", policy.Request, "off", func(c *policy.Case) {
		c.RequestPolicy.SignatureValidityMatchZSKPolicy = false
		c.Request.Bundles[0].Expiration = ksrtest.Start
	}, policy.Disabled, ""},
	{"KSR-POLICY-SIG-VALIDITY", policy.Request, "a second short", func(c *policy.Case) { expire(c, 3, -second) }, policy.Fail, "20 days, 23:59:59 < claimed min_signature_validity"},
	{"KSR-POLICY-SIG-VALIDITY", policy.Request, "a second long", func(c *policy.Case) { expire(c, 3, second) }, policy.Fail, "> claimed max_signature_validity"},
	{"KSR-POLICY-SIG-VALIDITY", policy.Request, "the minimum has no effect", func(c *policy.Case) { c.Request.ZSK.MinSignatureValidity = lexical.Days(99) }, policy.Pass, "99 days"},

	{"KSR-POLICY-SIG-HORIZON", policy.Request, "off", func(c *policy.Case) {
		c.RequestPolicy.SignatureCheckExpireHorizon = false
		c.Now = c.Now.Add(900 * day)
	}, policy.Disabled, ""},
	{"KSR-POLICY-SIG-HORIZON", policy.Request, "180 days and almost one more", now(8, -181*day+second), policy.Pass, ""},
	{"KSR-POLICY-SIG-HORIZON", policy.Request, "181 days", now(8, -181*day), policy.Fail, "too far in the future"},
	{"KSR-POLICY-SIG-HORIZON", policy.Request, "expires this moment", now(0, 0), policy.Pass, ""},
	{"KSR-POLICY-SIG-HORIZON", policy.Request, "expired a second ago", now(0, second), policy.Fail, "expire in the past"},

	{"KSR-POLICY-BUNDLE-INTERVALS", policy.Request, "off", func(c *policy.Case) { c.RequestPolicy.CheckBundleIntervals = false; shift(c, 8, 30*day) }, policy.Disabled, ""},
	{"KSR-POLICY-BUNDLE-INTERVALS", policy.Request, "9 days", func(c *policy.Case) { shift(c, 8, -day) }, policy.Pass, ""},
	{"KSR-POLICY-BUNDLE-INTERVALS", policy.Request, "a second below 9 days", func(c *policy.Case) { shift(c, 8, -day-second) }, policy.Fail, "Bundle #9"},
	{"KSR-POLICY-BUNDLE-INTERVALS", policy.Request, "11 days", func(c *policy.Case) { shift(c, 8, day) }, policy.Pass, ""},
	{"KSR-POLICY-BUNDLE-INTERVALS", policy.Request, "a second above 11 days", func(c *policy.Case) { shift(c, 8, day+second) }, policy.Fail, "greater than maximum"},

	{"KSR-POLICY-TTL", policy.Request, "not enabled", func(c *policy.Case) { c.Request.Bundles[0].Keys[0].TTL = "1" }, policy.Disabled, ""},
	{"KSR-POLICY-TTL", policy.Request, "as agreed", func(c *policy.Case) { c.RequestPolicy.CheckTTL = true }, policy.Pass, ""},
	{"KSR-POLICY-TTL", policy.Request, "a key's", func(c *policy.Case) { c.RequestPolicy.CheckTTL = true; c.Request.Bundles[0].Keys[0].TTL = "172799" }, policy.Fail, "TTL 172799"},
	{"KSR-POLICY-TTL", policy.Request, "a signature's", func(c *policy.Case) {
		c.RequestPolicy.CheckTTL = true
		c.Request.Bundles[0].Signatures[0].OriginalTTL = "172801"
	}, policy.Fail, "172801"},
}

// shift moves the inception of a bundle.
func shift(c *policy.Case, n int, by time.Duration) {
	c.Request.Bundles[n].Inception = c.Request.Bundles[n].Inception.Add(by)
}

// expire moves the expiration of a bundle.
func expire(c *policy.Case, n int, by time.Duration) {
	c.Request.Bundles[n].Expiration = c.Request.Bundles[n].Expiration.Add(by)
}

func algorithm(a dnssec.Algorithm) func(*policy.Case) {
	return func(c *policy.Case) { c.Request.ZSK.Algorithms[0].Algorithm = a }
}

func minOverlap(d lexical.Duration) func(*policy.Case) {
	return func(c *policy.Case) { c.Request.ZSK.MinValidityOverlap = d }
}

func maxOverlap(d lexical.Duration) func(*policy.Case) {
	return func(c *policy.Case) { c.Request.ZSK.MaxValidityOverlap = d }
}

// now sets the clock relative to the expiration of a bundle.
func now(n int, after time.Duration) func(*policy.Case) {
	return func(c *policy.Case) { c.Now = c.Request.Bundles[n].Expiration.Add(after) }
}

var chainBoundaries = []boundary{
	{"KSR-ID", policy.Chain, "another", func(*policy.Case) {}, policy.Pass, ""},
	{"KSR-ID", policy.Chain, "the same", func(c *policy.Case) { c.Request.ID = c.Previous.ID }, policy.Fail, "The KSR request ID is the same as the last SKR ID"},
	{"KSR-BUNDLE-UNIQUE", policy.Chain, "others", func(*policy.Case) {}, policy.Pass, ""},
	{"KSR-BUNDLE-UNIQUE", policy.Chain, "a bundle again", func(c *policy.Case) { c.Request.Bundles[3].ID = c.Previous.Bundles[7].ID }, policy.Fail, "already in the last SKR"},

	{"KSR-CHAIN-KEYS", policy.Chain, "all there", func(*policy.Case) {}, policy.Pass, "keys present in the HSM"},
	{"KSR-CHAIN-KEYS", policy.Chain, "a key is missing", func(c *policy.Case) { last(c).Keys = last(c).Keys[1:] }, policy.Fail, "Last key set in SKR(n-1) does not match"},
	{"KSR-CHAIN-KEYS", policy.Chain, "other TTL", func(c *policy.Case) { c.Request.Bundles[0].Keys[0].TTL = "1" }, policy.Fail, "does not match"},
	{"KSR-CHAIN-KEYS", policy.Chain, "other text of the same key", func(c *policy.Case) { c.Request.Bundles[0].Keys[0].PublicKey += "\n" }, policy.Fail, "does not match"},
	{"KSR-CHAIN-KEYS", policy.Chain, "fewer keys in the request", func(c *policy.Case) { c.Request.Bundles[0].Keys = c.Request.Bundles[0].Keys[:1] }, policy.Pass, ""},
	{"KSR-CHAIN-KEYS", policy.Chain, "off", func(c *policy.Case) {
		c.RequestPolicy.CheckChainKeys, c.RequestPolicy.CheckChainKeysInHSM = false, false
		c.Request.Bundles[0].Keys[0].TTL = "1"
	}, policy.Disabled, "check_chain_keys_present"},
	{"KSR-CHAIN-KEYS", policy.Chain, "not in the tokens", func(c *policy.Case) { c.Tokens = tokens{"other": ""} }, policy.Fail, "Key ksk not found in the HSM(s)"},
	{"KSR-CHAIN-KEYS", policy.Chain, "another key in the tokens", func(c *policy.Case) { c.Tokens = tokens{"ksk": "AwEAAg=="} }, policy.Fail, "Key ksk does not match key in the HSM"},
	{"KSR-CHAIN-KEYS", policy.Chain, "the tokens fail", func(c *policy.Case) { last(c).Signatures[0].Identifier = "broken" }, policy.Fail, "token is broken"},
	{"KSR-CHAIN-KEYS", policy.Chain, "no tokens", func(c *policy.Case) { c.Tokens = tokens{} }, policy.Skipped, "No HSM configured"},
	{"KSR-CHAIN-KEYS", policy.Chain, "no signatures", func(c *policy.Case) { last(c).Signatures = nil }, policy.Fail, "No signatures"},

	{"KSR-CHAIN-OVERLAP", policy.Chain, "off", func(c *policy.Case) { c.RequestPolicy.CheckChainOverlap = false; last(c).Expiration = ksrtest.Start }, policy.Disabled, ""},
	{"KSR-CHAIN-OVERLAP", policy.Chain, "minimum", minOverlap(lexical.Days(11)), policy.Pass, "11 days"},
	{"KSR-CHAIN-OVERLAP", policy.Chain, "a second below the minimum", func(c *policy.Case) { minOverlap(lexical.Days(11))(c); shift(c, 0, second) }, policy.Fail, "is < claimed minimum 11 days"},
	{"KSR-CHAIN-OVERLAP", policy.Chain, "maximum", maxOverlap(lexical.Days(11)), policy.Pass, "11 days"},
	{"KSR-CHAIN-OVERLAP", policy.Chain, "a second above the maximum", func(c *policy.Case) { maxOverlap(lexical.Days(11))(c); shift(c, 0, -second) }, policy.Fail, "is > claimed maximum 11 days"},
}

// last returns the last bundle of the previous response.
func last(c *policy.Case) *ksr.Bundle { return &c.Previous.Bundles[8] }

// safety sets the safety values of the key signing key.
func safety(publish, retire lexical.Duration) func(*policy.Case) {
	return func(c *policy.Case) {
		c.KSKPolicy.Policy.PublishSafety, c.KSKPolicy.Policy.RetireSafety = publish, retire
	}
}

// drop removes a key from bundles of the new response.
func drop(identifier string, bundles ...int) func(*policy.Case) {
	return func(c *policy.Case) {
		for _, n := range bundles {
			b := &c.Signed.Bundles[n]
			var kept []ksr.Key
			for _, k := range b.Keys {
				if k.Identifier != identifier {
					kept = append(kept, k)
				}
			}
			b.Keys = kept
			if len(b.Signatures) > 0 && b.Signatures[0].Identifier == identifier {
				b.Signatures = nil
			}
		}
	}
}

// revoke marks the key signing key of a bundle of the new response as revoked.
func revoke(n int) func(*policy.Case) {
	return func(c *policy.Case) {
		keys := c.Signed.Bundles[n].Keys
		keys[len(keys)-1].Flags = dnssec.FlagsRevoked
	}
}

// The last bundle of the previous response holds from 80 to 101 days after the start, the first one
// of the new response from 90 days on.
var safetyBoundaries = []boundary{
	{"KSR-POLICY-SAFETY", policy.Signed, "lawful", func(*policy.Case) {}, policy.Pass, ""},
	{"KSR-POLICY-SAFETY", policy.Signed, "published just long enough", safety(lexical.Days(10), lexical.Duration{}), policy.Pass, ""},
	{"KSR-POLICY-SAFETY", policy.Signed, "published a second too late", safety(lexical.Seconds(10*86400+1), lexical.Duration{}), policy.Fail, "PublishSafety violated"},
	{"KSR-POLICY-SAFETY", policy.Signed, "at the end of the last bundle", safety(lexical.Days(-11), lexical.Duration{}), policy.Pass, ""},
	{"KSR-POLICY-SAFETY", policy.Signed, "a second after the last bundle", safety(lexical.Seconds(-11*86400-1), lexical.Duration{}), policy.Fail, "PublishSafety violated"},
	{"KSR-POLICY-SAFETY", policy.Signed, "a signer that was not published", func(c *policy.Case) { drop("ksk")(c); last(c).Keys = last(c).Keys[:2]; last(c).Signatures = nil }, policy.Fail, "is not in the last bundle of SKR(n-1)"},
	{"KSR-POLICY-SAFETY", policy.Signed, "publishing off", func(c *policy.Case) {
		safety(lexical.Days(99), lexical.Duration{})(c)
		c.RequestPolicy.CheckKeysPublishSafety, c.RequestPolicy.CheckKeysRetireSafety = false, false
	}, policy.Disabled, "RetireSafety checking disabled"},
	{"KSR-POLICY-SAFETY", policy.Signed, "beyond the calendar", safety(lexical.Days(999_999), lexical.Duration{}), policy.Fail, "leaves the calendar"},
	{"KSR-POLICY-SAFETY", policy.Signed, "retired too early", both(safety(lexical.Days(10), lexical.Days(20)), drop("ksk", 0, 1, 2, 3, 4, 5, 6, 7, 8)), policy.Fail, "before RetireSafety"},
	{"KSR-POLICY-SAFETY", policy.Signed, "retired at the very limit", both(safety(lexical.Days(10), lexical.Days(20)), onlyOld(0, 1, 2)), policy.Pass, ""},
	{"KSR-POLICY-SAFETY", policy.Signed, "retired a bundle before the limit", both(safety(lexical.Days(10), lexical.Days(20)), onlyOld(0, 1)), policy.Fail, "is not in bundle #3"},
	{"KSR-POLICY-SAFETY", policy.Signed, "revoked in time", both(safety(lexical.Days(10), lexical.Days(20)), both(revoke(2), onlyOld(0, 1, 2))), policy.Pass, ""},
	{"KSR-POLICY-SAFETY", policy.Signed, "a new signer vanishes", both(safety(lexical.Days(10), lexical.Duration{}), func(c *policy.Case) {
		c.Signed.Bundles[8].Keys = c.Signed.Bundles[8].Keys[:2]
		c.Signed.Bundles[8].Signatures = nil
	}), policy.Fail, "used to sign bundle #1 is not in bundle #8"},
}

// onlyOld leaves the key signing key in these bundles of the new response only, where it is published; another one
// signs everywhere.
func onlyOld(keep ...int) func(*policy.Case) {
	return func(c *policy.Case) {
		other := ksr.Key{Identifier: "next", Tag: "2", TTL: "172800", Flags: dnssec.FlagsKSK, Protocol: "3", Algorithm: dnssec.RSASHA256, PublicKey: "AwEAAg=="}
		last(c).Keys = append(last(c).Keys, other)
		for n := range c.Signed.Bundles {
			b := &c.Signed.Bundles[n]
			b.Keys = append(b.Keys, other)
			b.Signatures = []ksr.Signature{{Identifier: "next"}}
		}
		kept := map[int]bool{}
		for _, n := range keep {
			kept[n] = true
		}
		for n := range c.Signed.Bundles {
			if !kept[n] {
				drop("ksk", n)(c)
			}
		}
	}
}
