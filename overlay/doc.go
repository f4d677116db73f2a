// Package overlay puts software of a vendor, such as the PKCS#11 library of an
// HSM, into the tree of an image: files out of an archive that the operator has,
// and what makes the system find them.
//
//	err := overlay.Apply(machine, o, archive, size)
//
// spec/overlay.md describes what a recipe can say. Nothing of an archive is run,
// and there is nothing a recipe could say to have it run: what an installer does
// to files is written down in the recipe instead, where everybody can read it.
//
// # What is refused
//
// An archive with another SHA-256; one with a name that leads out of it; a file
// that is missing, is no regular file, or has a set-user-ID or set-group-ID bit; a
// package or an installer; a path that something else has made; a module for
// another kernel.
//
// # Limits
//
// Archives are tar, plain or compressed by gzip, xz or Zstandard, and zip. A file
// has at most 256 MiB, those of one overlay together 1 GiB.
package overlay
