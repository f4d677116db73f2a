package medium

import "io/fs"

// letters are the types of files as find(1) prints them.
var letters = []struct {
	mode   fs.FileMode
	letter byte
}{
	{fs.ModeDir, 'd'}, {fs.ModeSymlink, 'l'}, {fs.ModeCharDevice, 'c'}, {fs.ModeDevice, 'b'},
	{fs.ModeNamedPipe, 'p'}, {fs.ModeSocket, 's'},
}

// Kind gives the letter of a file's type, that of a Record.
func Kind(m fs.FileMode) byte {
	for _, t := range letters {
		if m&t.mode != 0 {
			return t.letter
		}
	}
	return 'f'
}

// Permissions gives the permission bits as chmod(1) takes them, those of a Record.
func Permissions(m fs.FileMode) uint32 {
	bits := uint32(m.Perm())
	for i, special := range []fs.FileMode{fs.ModeSticky, fs.ModeSetgid, fs.ModeSetuid} {
		if m&special != 0 {
			bits |= 0o1000 << i
		}
	}
	return bits
}
