// Package media says what is on a flash drive.
//
// A [Manifest] has a line for everything in a tree: type, mode, size, SHA-256
// and path, in the order of the paths' bytes. The SHA-256 of these lines, the
// root, stands for names, boundaries, modes and contents; it is specified in
// spec/hsmfd-manifest.md with the shell commands that give the same answer.
//
// Beside it stands the old digest of HSMFD drives, of the contents of all
// regular files without their names: two different drives can have the same
// one, and empty files, folders and links do not count. It is kept so that what
// was printed at earlier ceremonies can be checked.
//
//	m, err := media.Read(ctx, "/media/HSMFD", nil)
//	fmt.Printf("%x\n", m.Root())
//
// Limits: owners, times and extended attributes are not part of a manifest, for
// the file systems of flash drives do not keep them. Names are bytes; nothing
// is normalized.
package media
