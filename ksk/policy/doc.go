// Package policy judges key signing requests: each rule is a check with an identifier that
// outlives code, in a file of its own, and an argument in doc/assurance.md.
//
// A [Review] runs the checks of one stage in their order. As in the predecessor of these tools
// it stops at the first that fails; for a report it runs them all. What passed comes out as an
// [Approved], which is the only thing that package signer signs.
//
// The rules come from the DNSSEC Practice Statements of the root zone KSK operator ("DPS") and
// of the root zone maintainer ("ZSK DPS"); each check says which section. Where the
// predecessor did something else than the section says, the check does what the predecessor
// did and its comment says so.
//
//	review := policy.New(policy.Case{Request: request, RequestPolicy: config.Request, Now: now}, journal.Add)
//	if err := review.Run(policy.Request, false); err != nil {
//		return err // a *policy.Violation or a *policy.Fault
//	}
//	approved, err := review.Approve()
package policy
