package policy

// skrBundleCount: the previous response covers a whole cycle.
var skrBundleCount = Check{
	ID:     "SKR-BUNDLE-COUNT",
	Stage:  Previous,
	Rule:   "the previous response has response_policy.num_bundles bundles",
	Source: "DPS 6.6",
	run: func(f *finding, c *Case) {
		if c.Previous == nil {
			f.skip("no previous response")
			return
		}
		n, want := int64(len(c.Previous.Bundles)), c.ResponsePolicy.NumBundles
		f.value("bundles", n)
		f.value("num_bundles", want)
		if n != want {
			f.fail("Wrong number of bundles in response (%d, expected %d)", n, want)
			return
		}
		f.found = "The previous response has the right number of bundles"
	},
}
