package policy

// ksrBundleUnique: bundles are told apart by their identifiers. There is no switch.
var ksrBundleUnique = Check{
	ID:     "KSR-BUNDLE-UNIQUE",
	Stage:  Request,
	Rule:   "no two bundles of the request have one identifier",
	Source: "DPS 6.6",
	run: func(f *finding, c *Case) {
		seen := map[string]bool{}
		for _, b := range c.Request.Bundles {
			if seen[b.ID] {
				f.value("bundle", b.ID)
				f.fail("More than one bundle with id %s", b.ID)
				return
			}
			seen[b.ID] = true
		}
		f.value("bundles", len(seen))
		f.pass("All %d bundles have unique ids", len(seen))
	},
}

// chainBundleUnique: no bundle of the request may have been answered before.
var chainBundleUnique = Check{
	ID:     "KSR-BUNDLE-UNIQUE",
	Stage:  Chain,
	Rule:   "no bundle of the request has the identifier of a bundle of the previous response",
	Source: "DPS 6.6",
	run: func(f *finding, c *Case) {
		if c.Previous == nil {
			f.skip("no previous response")
			return
		}
		answered := map[string]bool{}
		for _, b := range c.Previous.Bundles {
			answered[b.ID] = true
		}
		for _, b := range c.Request.Bundles {
			if answered[b.ID] {
				f.value("bundle", b.ID)
				f.fail("Bundle with id %s was already in the last SKR", b.ID)
				return
			}
		}
		f.found = "No bundle was in the previous response"
		f.main().Infof("Checking coherence between SKR(n-1) and this KSR")
	},
}
