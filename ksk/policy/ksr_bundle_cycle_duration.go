package policy

import "coen/ksk/lexical"

// ksrBundleCycleDuration: a cycle is about a quarter of a year, from the first inception to the last
// in the order of expiration. Both limits are inclusive.
var ksrBundleCycleDuration = Check{
	ID:     "KSR-BUNDLE-CYCLE-DURATION",
	Stage:  Request,
	Rule:   "min_cycle_inception_length <= last inception - first inception <= max_cycle_inception_length",
	Source: "DPS 6.6",
	run: func(f *finding, c *Case) {
		p := c.RequestPolicy
		if !p.CheckCycleLength {
			f.knob("check_cycle_length")
			return
		}
		bundles := c.Request.Bundles
		if len(bundles) == 0 {
			f.disabled("No bundles in the request")
			return
		}
		length := lexical.Since(bundles[len(bundles)-1].Inception, bundles[0].Inception)
		f.value("cycle inception length", length.Short())
		f.value("minimum", p.MinCycleInceptionLength.Short())
		f.value("maximum", p.MaxCycleInceptionLength.Short())
		switch {
		case length.Compare(p.MinCycleInceptionLength) < 0:
			f.fail("Cycle inception length (%s) less than minimum acceptable length %s", length.Short(), p.MinCycleInceptionLength.Short())
		case length.Compare(p.MaxCycleInceptionLength) > 0:
			f.fail("Cycle inception length (%s) greater than maximum acceptable length %s", length.Short(), p.MaxCycleInceptionLength.Short())
		default:
			f.pass("The cycle length is in accordance with the KSK operator policy")
		}
	},
}
