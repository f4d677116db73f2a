// Package signer signs an approved request: it fetches the keys of a schema from the tokens,
// judges each of them against the configuration, assembles the key set of every bundle and
// signs it.
//
// Nothing a token says is believed: every signature is verified in software before it is used,
// and every finished bundle is checked as if it had come from somebody else.
//
// Limits: the signer's name is the root. Bundles are signed one after another.
//
//	s := &signer.Signer{Config: config, Tokens: tokens, Log: journal.Add}
//	response, err := s.Sign(ctx, approved, config.Schemas["normal"])
package signer
