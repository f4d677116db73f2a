package policy

import "coen/ksk/lexical"

// ksrPolicyTTL: keys and signatures of the request have the time to live that responses will
// have. The predecessor claimed this and did not do it, so it is off unless check_dns_ttl
// asks for it; a request with another value is then not signed with a silently changed one.
var ksrPolicyTTL = Check{
	ID:     "KSR-POLICY-TTL",
	Stage:  Request,
	Rule:   "each key and each signature has a TTL of dns_ttl seconds",
	Source: "DPS 6.9",
	run: func(f *finding, c *Case) {
		p := c.RequestPolicy
		if !p.CheckTTL {
			f.status, f.found = Disabled, "Not enabled by policy (check_dns_ttl)"
			return
		}
		want := lexical.Int(p.DNSTTL)
		f.value("dns_ttl", want)
		for _, b := range c.Request.Bundles {
			for _, k := range b.Keys {
				if k.TTL != want {
					f.fail("Key %s in bundle %s has TTL %s, should be %s", k.Identifier, b.ID, k.TTL, want)
					return
				}
			}
			for _, s := range b.Signatures {
				if s.TTL != want || s.OriginalTTL != want {
					f.fail("Signature with key %s in bundle %s has TTL %s (original %s), should be %s", s.Identifier, b.ID, s.TTL, s.OriginalTTL, want)
					return
				}
			}
		}
		f.pass("All keys and signatures have a TTL of %s", want)
	},
}
