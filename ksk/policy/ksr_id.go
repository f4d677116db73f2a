package policy

// ksrID only announces the check that [chainID] makes, because the previous response may not be known yet.
var ksrID = Check{
	ID:     "KSR-ID",
	Stage:  Request,
	Rule:   "the identifier of the request is not that of the previous response",
	Source: "DPS 1.3.5(3)",
	run: func(f *finding, c *Case) {
		f.value("request", c.Request.ID)
		f.pass("Will be checked later, when SKR is available")
		f.status = Skipped
	},
}

// chainID: a request must not be answered twice. There is no switch.
var chainID = Check{
	ID:     "KSR-ID",
	Stage:  Chain,
	Rule:   "the identifier of the request is not that of the previous response",
	Source: "DPS 1.3.5(3)",
	run: func(f *finding, c *Case) {
		if c.Previous == nil {
			f.skip("no previous response")
			return
		}
		f.value("request", c.Request.ID)
		f.value("previous response", c.Previous.ID)
		if c.Request.ID == c.Previous.ID {
			f.fail("The KSR request ID is the same as the last SKR ID: %s", c.Request.ID)
			return
		}
		f.found = "The request has another identifier than the previous response"
	},
}
