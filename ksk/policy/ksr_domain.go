package policy

import (
	"slices"

	"coen/ksk/config"
)

// ksrDomain: the request must be for a zone that this key signs. There is no switch. A domain
// that is acceptable but not the one that signatures will name is worth a warning.
var ksrDomain = Check{
	ID:     "KSR-DOMAIN",
	Stage:  Request,
	Rule:   "the domain of the request is one of acceptable_domains",
	Source: "DPS 5.1.4",
	run: func(f *finding, c *Case) {
		domain, domains := c.Request.Domain, c.RequestPolicy.AcceptableDomains
		f.value("domain", domain)
		f.value("acceptable_domains", config.Show(&domains))
		if !slices.Contains(domains, domain) {
			f.fail("KSR-DOMAIN: Request domain '%s' not in policy's acceptable domains %s", domain, config.Show(&domains))
			return
		}
		if domain != c.KSKPolicy.SignersName {
			f.main().Warningf("KSR-DOMAIN: Request domain '%s' is not the signers_name '%s'", domain, c.KSKPolicy.SignersName)
		}
		f.pass("Verified domain '%s'", domain)
	},
}
