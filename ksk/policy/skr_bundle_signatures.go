package policy

// skrBundleSignatures: every signature of the previous response was made with a key of its bundle over
// that bundle's keys. Not every key needs one.
var skrBundleSignatures = Check{
	ID:     "SKR-BUNDLE-SIGNATURES",
	Stage:  Previous,
	Rule:   "each signature of the previous response verifies with the key that it names",
	Source: "DPS 6.8",
	run: func(f *finding, c *Case) {
		if c.Previous == nil {
			f.skip("no previous response")
			return
		}
		for _, b := range c.Previous.Bundles {
			if !c.ResponsePolicy.ValidateSignatures {
				f.main().Warningf("Not validating signatures of bundle %s: disabled by policy (validate_signatures)", b.ID)
				f.status = Disabled
				continue
			}
			if f.signatures(b); f.err != nil {
				f.value("bundle", b.ID)
				return
			}
		}
		f.found = "All signatures of the previous response verify"
		if f.status == Disabled {
			f.found = "Disabled by policy (validate_signatures)"
		}
	},
}
