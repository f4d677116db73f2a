// Package diff says in words how two images differ: which packages, which boot
// arguments, which paths and what about each, whose doing it is, and in one
// sentence where it can, why.
//
//	report, err := diff.Compare(ctx, &diff.Side{Name: "a.iso", Image: a}, &diff.Side{Name: "b.iso", Image: b})
//	fmt.Println(report.Cause)
//
// A Side may be an image, an image of which the root file system is still a tree
// (package verify compares with that), or only a lock.
//
// # Consequences
//
// A changed file changes the compressed root file system that holds it, the hash
// tree over that, and the hash on the kernel command line. Such a change says in
// Follows what it is a consequence of, so that people can look at the causes alone.
//
// # Limits
//
// Contents are compared by SHA-256. Details are given for the first changes only,
// and for files up to a size; see the constants.
package diff
