// Package requester makes key signing requests: the side of the zone maintainer, so that
// rehearsals and tests have lawful ones.
//
// A [Plan] says which zone signing key is in which bundles, when bundles begin and how long
// they hold. Everything in a request follows from its plan, identifiers of bundles too, so
// that the same plan and keys give the same bytes.
//
// Limits: the zone is the root; keys are those of package hsm/softkey or tokens.
//
//	plan := requester.Standard(start)
//	plan.ID, plan.Keys = "2030-q1", []requester.ZSK{{Identifier: "zsk", First: 1, Last: 9, Signer: key}}
//	request, err := requester.Make(plan)
package requester
