// Package attest lets builders who do not trust each other say what they got:
// "I built this lock, and the ISO has this hash", or "I got another", signed.
//
// A statement is an in-toto Statement, version 1, with a predicate of our own, in
// a DSSE envelope; spec/attestation.md has both and shows how to verify one with
// ssh-keygen. [Sign] makes the file, [Open] reads it, [Signed.Verify] judges the
// signature. Package consensus decides what many statements amount to.
//
// Everything in a statement is the word of whoever holds the key: the time, the
// circumstances, that there was a build at all. A statement proves who said it,
// not that it is so; that is why several are asked for.
package attest
