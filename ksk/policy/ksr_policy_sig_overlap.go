package policy

import "coen/ksk/lexical"

// ksrPolicySigOverlap: there is always a valid signature, with as much overlap as the
// request itself claims. Both limits are inclusive.
var ksrPolicySigOverlap = Check{
	ID:     "KSR-POLICY-SIG-OVERLAP",
	Stage:  Request,
	Rule:   "MinValidityOverlap <= expiration of a bundle - inception of the next <= MaxValidityOverlap, as the request states them",
	Source: "ZSK DPS 6.6",
	run: func(f *finding, c *Case) {
		if !c.RequestPolicy.CheckBundleOverlap {
			f.knob("check_bundle_overlap")
			return
		}
		least, most := c.Request.ZSK.MinValidityOverlap, c.Request.ZSK.MaxValidityOverlap
		f.value("minimum", least.Short())
		f.value("maximum", most.Short())
		for i := 1; i < len(c.Request.Bundles); i++ {
			previous, this := c.Request.Bundles[i-1], c.Request.Bundles[i]
			overlap := lexical.Since(previous.Expiration, this.Inception)
			switch {
			case this.Inception.After(previous.Expiration):
				f.fail("Bundle \"%s\" does not overlap with previous bundle \"%s\" (%s > %s)", this.Brief(), previous.Brief(),
					lexical.FormatPlain(this.Inception), lexical.FormatPlain(previous.Expiration))
			case overlap.Compare(least) < 0:
				f.fail("Bundle \"%s\" overlap %s with \"%s\" is < claimed minimum %s", this.Brief(), overlap.Short(), previous.Brief(), least.Short())
			case overlap.Compare(most) > 0:
				f.fail("Bundle \"%s\" overlap %s with \"%s\" is > claimed maximum %s", this.Brief(), overlap.Short(), previous.Brief(), most.Short())
			}
			if f.err != nil {
				f.value("overlap", overlap.Short())
				return
			}
		}
		f.pass("All bundles overlap in accordance with the stated ZSK operator policy")
	},
}
