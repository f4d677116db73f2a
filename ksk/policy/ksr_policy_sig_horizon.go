package policy

import (
	"strings"
	"time"

	"coen/ksk/lexical"
)

// ksrPolicySigHorizon: nothing is signed that has expired or that is valid far in the future.
// Days are counted down to whole ones: 180 days and 23 hours are 180 days.
var ksrPolicySigHorizon = Check{
	ID:     "KSR-POLICY-SIG-HORIZON",
	Stage:  Request,
	Rule:   "0 <= whole days from now to each expiration <= signature_horizon_days",
	Source: "DPS 5.1.4",
	run: func(f *finding, c *Case) {
		p := c.RequestPolicy
		if !p.SignatureCheckExpireHorizon {
			f.knob("signature_check_expire_horizon")
			return
		}
		f.value("now", lexical.FormatPlain(c.Now))
		f.value("signature_horizon_days", p.SignatureHorizonDays)
		for _, b := range c.Request.Bundles {
			days := lexical.Since(b.Expiration, c.Now).Floor()
			switch {
			case days > p.SignatureHorizonDays:
				f.main().Errorf("Bundle %s signature expires in %d days (%s), above maximum of %d", b.ID, days, spaced(b.Expiration), p.SignatureHorizonDays)
				f.fail("Bundle signature expires too far in the future")
			case days < 0:
				f.main().Errorf("Bundle %s signature expired %d days ago (%s)", b.ID, -days, spaced(b.Expiration))
				f.fail("Bundle signature expire in the past")
			}
			if f.err != nil {
				f.value("days", days)
				return
			}
		}
		f.pass("All signatures expire in less than %d days", p.SignatureHorizonDays)
	},
}

// spaced writes a time stamp with a blank between date and time.
func spaced(t time.Time) string {
	return strings.Replace(lexical.FormatPlain(t), "T", " ", 1) + "+00:00"
}
