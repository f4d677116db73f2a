package policy

import "coen/ksk/lexical"

// chainOverlap: the first bundle overlaps with the last one of the previous response by as much
// as the request claims. Both limits are inclusive.
var chainOverlap = Check{
	ID:     "KSR-CHAIN-OVERLAP",
	Stage:  Chain,
	Rule:   "MinValidityOverlap <= last expiration of the previous response - first inception <= MaxValidityOverlap, as the request states them",
	Source: "DPS 1.3.5(3)",
	run: func(f *finding, c *Case) {
		last, first, ok := f.link(c)
		if !ok {
			return
		}
		if !c.RequestPolicy.CheckChainOverlap {
			f.disabled("Checking chain signature overlap disabled by policy (check_chain_overlap)")
			return
		}
		least, most := c.Request.ZSK.MinValidityOverlap, c.Request.ZSK.MaxValidityOverlap
		overlap := lexical.Since(last.Expiration, first.Inception)
		f.value("overlap", overlap.Short())
		f.value("minimum", least.Short())
		f.value("maximum", most.Short())
		switch {
		case overlap.Compare(least) < 0:
			f.main().Errorf("Too small overlap of SKR(n-1) and KSR: %s < %s", overlap.Short(), least.Short())
			f.fail("Bundle \"%s\" (from SKR(n-1)) overlap %s with \"%s\" is < claimed minimum %s", first.Brief(), overlap.Short(), last.Brief(), least.Short())
		case overlap.Compare(most) > 0:
			f.main().Errorf("Too large overlap of SKR(n-1) and KSR: %s > %s", overlap.Short(), most.Short())
			// "SRK" is how the message has always read.
			f.fail("Bundle \"%s\" (from SRK(n-1)) overlap %s with \"%s\" is > claimed maximum %s", first.Brief(), overlap.Short(), last.Brief(), most.Short())
		default:
			f.pass("Overlap with last bundle in SKR(n-1) %s is in accordance with the KSR policy", overlap.Short())
		}
	},
}
