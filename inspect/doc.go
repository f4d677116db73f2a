// Package inspect opens an image that COEN made, or one that claims to be, and
// gives access to everything in it: volume descriptors, boot records, partitions,
// the EFI system partition, boot menus with their kernel arguments, the initramfs,
// the root file system and its hash tree, its packages, and the lock, recipe,
// InRelease files and provenance that lie on the medium.
//
//	f, err := os.Open("coen-3.0.0-amd64.iso")
//	image, err := inspect.Open(f, size)
//	packages, err := image.Packages()
//	err = image.Walk(func(e *inspect.Entry) error { fmt.Println(e.Place, e.Path); return nil })
//
// # What it vouches for
//
// Nothing: it says what is there. [Image.Root] reads the root file system as it
// lies on the medium; [Image.VerifiedRoot] reads it through the hash tree, against
// the root hash on the kernel command line. Whether that hash is the right one is
// for package verify to find out.
//
// # Limits
//
// Images come from anywhere. Open reads the directory tree of the medium and no
// content; all else is read when it is asked for, in pieces, with bounds on what
// is held in memory (see the constants). What cannot be made sense of is an error,
// never a panic.
//
// The layout of a medium is described in spec/medium.md.
package inspect
