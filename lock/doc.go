// Package lock says exactly which bytes a recipe means: every package of an
// image by size and SHA-256, and the signed InRelease files that vouched for
// them when the lock was made.
//
// The format is specified in spec/lock.md. [Parse] accepts that and nothing else;
// [Lock.Bytes] writes it; the two are inverse to each other.
//
// # Making
//
// [Make] fetches and verifies the InRelease file of each suite and the indices
// it lists, resolves the packages and notes the result. Nothing else decides what
// a lock says: the same request at the same state of the archives gives the
// same bytes.
//
// # What vouches for what
//
// When a lock is made, Debian's signatures vouch for the packages. From then on
// the lock does: [Fetch] asks for nothing but the hashes in it, since the
// archives move on within hours and a signed file of yesterday may be nowhere
// to be had, while the packages it listed are. The proof is not lost, though.
// The InRelease files lie on every image, so a build needs them: [JoinInReleases]
// makes the file that is kept beside the lock, [KeepInReleases] takes them from it.
// The indices that they vouch for are many times larger; [Make] puts them into the
// store, [FetchProof] brings those that can still be had into another store, and
// [Prove] goes through the chain again, from signature to package, by the date of
// the lock.
package lock
