package policy

import "coen/ksk/lexical"

// ksrPolicyBundleIntervals: bundles follow each other at an even pace. Both limits are inclusive.
var ksrPolicyBundleIntervals = Check{
	ID:     "KSR-POLICY-BUNDLE-INTERVALS",
	Stage:  Request,
	Rule:   "min_bundle_interval <= inception of a bundle - inception of the one before <= max_bundle_interval",
	Source: "DPS 6.6",
	run: func(f *finding, c *Case) {
		p := c.RequestPolicy
		if !p.CheckBundleIntervals {
			f.knob("check_bundle_intervals")
			return
		}
		least, most := p.MinBundleInterval, p.MaxBundleInterval
		f.value("minimum", least.Short())
		f.value("maximum", most.Short())
		for i := 1; i < len(c.Request.Bundles); i++ {
			b := c.Request.Bundles[i]
			interval := lexical.Since(b.Inception, c.Request.Bundles[i-1].Inception)
			switch {
			case interval.Compare(least) < 0:
				f.fail("Bundle #%d (%s) interval (%s) less than minimum acceptable interval %s", i+1, b.ID, interval.Short(), least.Short())
			case interval.Compare(most) > 0:
				f.fail("Bundle #%d (%s) interval (%s) greater than maximum acceptable interval %s", i+1, b.ID, interval.Short(), most.Short())
			}
			if f.err != nil {
				f.value("interval", interval.Short())
				return
			}
		}
		f.pass("All bundles intervals in accordance with the KSK operator policy")
	},
}
