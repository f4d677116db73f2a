// Package medium names what lies on a finished medium, and reads and writes the
// one record format that was invented for it: the provenance list. The build
// writes a medium, package inspect reads it, and they share these names so that
// they cannot drift apart.
//
// spec/medium.md describes the whole layout.
package medium

import "path"

// Paths on the medium, below the root of its ISO 9660 file system.
const (
	Kernel     = "live/vmlinuz"
	Initramfs  = "live/initrd"
	Root       = "live/root.squashfs" // the root file system
	RootHashes = "live/root.verity"   // its dm-verity hash tree

	Lock       = "coen/lock"               // the lock file, byte for byte
	Recipe     = "coen/recipe.yaml"        // the recipe, byte for byte
	Provenance = "coen/provenance.tsv.zst" // a Record for each path of the root file system
	InReleases = "coen/InRelease"          // directory of the signed files that the lock names
)

// InRelease returns the path of the InRelease file of a suite.
func InRelease(archive, suite string) string { return path.Join(InReleases, archive, suite) }
