// Package tree holds the root file system of an image in memory, with its full
// metadata and, for every path, its author.
//
// A Tree behaves as a Linux file system seen by root inside a chroot: symbolic
// links resolve inside the tree, hard links share a Node, removing a non-empty
// directory fails. What it lacks is everything that would let the host in:
// there is no clock (new nodes carry the epoch given to New), no user, no umask
// and no device behind a device node. Permission bits are kept but never
// checked, since all work on the tree is root's.
//
// Every mutation is signed with the Author set by By, so that a finished image
// can say of any path who made it and who changed it later:
//
//	t := tree.New(1735689600)
//	t.By(tree.Author{Kind: tree.ByRule, Name: "recipe", Detail: "files[0]"})
//	err := t.WriteFile("/etc/hostname", []byte("coen\n"), 0o644)
//
// Paths are slash separated; relative ones are taken from the root. Errors are
// *fs.PathError whose Err is one of the Err values of this package, with the
// wording of errno(3).
//
// Limits: one goroutine at a time, or several that read once the tree is sealed; names are bytes without "/" or NUL, at most
// 255 of them; a path crosses at most 40 symbolic links, as in Linux.
package tree
