package policy

// ksrBundleCount: a request covers a whole cycle. There is no switch but the number.
var ksrBundleCount = Check{
	ID:     "KSR-BUNDLE-COUNT",
	Stage:  Request,
	Rule:   "the request has num_bundles bundles",
	Source: "DPS 6.6",
	run: func(f *finding, c *Case) {
		n, want := int64(len(c.Request.Bundles)), c.RequestPolicy.NumBundles
		f.value("bundles", n)
		f.value("num_bundles", want)
		if n != want {
			f.fail("Wrong number of bundles in request (%d, expected %d)", n, want)
			return
		}
		f.pass("Number of bundles (%d) accepted", n)
	},
}
