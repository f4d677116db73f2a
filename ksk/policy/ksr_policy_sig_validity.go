package policy

import "coen/ksk/lexical"

// ksrPolicySigValidity: signatures are valid for as long as the request claims. The predecessor
// compared both ways with the maximum, so only equality passes; the minimum
// appears in messages and has no effect. This is kept.
var ksrPolicySigValidity = Check{
	ID:     "KSR-POLICY-SIG-VALIDITY",
	Stage:  Request,
	Rule:   "expiration - inception of each bundle = MaxSignatureValidity, as the request states it",
	Source: "DPS 5.1.4",
	run: func(f *finding, c *Case) {
		if !c.RequestPolicy.SignatureValidityMatchZSKPolicy {
			f.knob("signature_validity_match_zsk_policy")
			return
		}
		least, most := c.Request.ZSK.MinSignatureValidity, c.Request.ZSK.MaxSignatureValidity
		f.value("MaxSignatureValidity", most.Short())
		for _, b := range c.Request.Bundles {
			validity := lexical.Since(b.Expiration, b.Inception)
			switch validity.Compare(most) {
			case -1:
				f.fail("Bundle validity %s < claimed min_signature_validity %s (in bundle %s)", validity.Short(), least.Short(), b.ID)
			case 1:
				f.fail("Bundle validity %s > claimed max_signature_validity %s (in bundle %s)", validity.Short(), most.Short(), b.ID)
			}
			if f.err != nil {
				f.value("validity", validity.Short())
				return
			}
		}
		f.pass("All %d bundles have %s <= validity >= %s", len(c.Request.Bundles), least.Short(), most.Short())
	},
}
