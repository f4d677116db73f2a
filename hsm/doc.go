// Package hsm speaks of hardware security modules in the terms of the ceremony: modules in the
// order of the configuration, their tokens, the keys in them by label, and what a key can do.
//
// A [Library] is a PKCS#11 module (OASIS PKCS#11 version 2.40; EdDSA from version 3.0).
// Package hsm/pkcs11 loads real ones; tests put their own in between to make them fail.
//
// Keys leave a token only wrapped (AES, RFC 5649) by a key that is in it; package ksk/backup makes files of
// that. PINs are set and tokens initialized by package hsm/officer.
//
// Limits: keys are found by label and class; [Tokens] are logged in to as user. All calls of one
// [Tokens] are made by one goroutine at a time.
//
//	tokens, err := hsm.Open(specs, hsm.Options{Load: pkcs11.Load, Log: journal.Add})
//	key, err := tokens.Find("Kexampl", hsm.PrivateKey)
//	signature, err := key.Sign(dnssec.RSASHA256, false, data)
package hsm
