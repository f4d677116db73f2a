package policy

import (
	"errors"
	"slices"

	"coen/ksk/ksr"
)

// ksrBundlePOP: the sender of the request has every key in it. Each key must have signed the
// set of keys that it comes in; see [ksr.Bundle.VerifySignatures]. The validity of
// these signatures in time is not looked at.
var ksrBundlePOP = Check{
	ID:     "KSR-BUNDLE-POP",
	Stage:  Request,
	Rule:   "each bundle is signed with each of its keys",
	Source: "DPS 6.7",
	run: func(f *finding, c *Case) {
		if !c.RequestPolicy.ValidateSignatures {
			f.knob("validate_signatures")
			return
		}
		for _, b := range c.Request.Bundles {
			if f.signatures(b); f.err == nil {
				f.possession(b)
			}
			if f.err != nil {
				f.value("bundle", b.ID)
				return
			}
		}
		f.value("bundles", len(c.Request.Bundles))
		f.pass("All %d bundles contain proof-of-possession", len(c.Request.Bundles))
	},
}

// signatures judges the signatures of a bundle.
func (f *finding) signatures(b ksr.Bundle) {
	err := b.VerifySignatures()
	var invalid *ksr.InvalidSignature
	switch {
	case errors.As(err, &invalid):
		f.logger(signatureLogger).Errorf("Key %s/%s in bundle %s FAILED validation", invalid.KeyTag, invalid.Identifier, b.ID)
		f.fail("%s", invalid)
	case err != nil:
		f.fault(err)
	}
}

// possession looks for a signature with each key.
func (f *finding) possession(b ksr.Bundle) {
	for _, k := range b.Keys {
		signed := slices.ContainsFunc(b.Signatures, func(s ksr.Signature) bool { return s.Identifier == k.Identifier })
		if !signed {
			f.value("key", k.Identifier)
			f.fail("Key %s/%s was not used to sign the keys in bundle %s", k.Tag, k.Identifier, b.ID)
			return
		}
	}
}
