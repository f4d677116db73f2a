package medium

import "io/fs"

// types are the types of files as find(1) prints them, but for regular ones.
var types = []struct {
	letter byte
	mode   fs.FileMode
}{
	{'d', fs.ModeDir}, {'l', fs.ModeSymlink}, {'c', fs.ModeDevice | fs.ModeCharDevice}, {'b', fs.ModeDevice},
	{'p', fs.ModeNamedPipe}, {'s', fs.ModeSocket},
}

// specials are the permission bits as chmod(1) takes them that io/fs has elsewhere.
var specials = []struct {
	bit  uint32
	mode fs.FileMode
}{
	{0o4000, fs.ModeSetuid}, {0o2000, fs.ModeSetgid}, {0o1000, fs.ModeSticky},
}

// Kind gives the letter of a file's type, that of a Record.
func Kind(m fs.FileMode) byte {
	for _, t := range types {
		if m.Type() == t.mode {
			return t.letter
		}
	}
	return 'f'
}

// isKind reports whether a letter is that of a type.
func isKind(letter byte) bool { return letter == Kind(0) || Mode(letter, 0) != 0 }

// Permissions gives the permission bits as chmod(1) takes them, those of a Record.
func Permissions(m fs.FileMode) uint32 {
	bits := uint32(m.Perm())
	for _, s := range specials {
		if m&s.mode != 0 {
			bits |= s.bit
		}
	}
	return bits
}

// Mode gives the mode that has this Kind and these Permissions.
func Mode(kind byte, permissions uint32) fs.FileMode {
	m := fs.FileMode(permissions) & fs.ModePerm
	for _, t := range types {
		if kind == t.letter {
			m |= t.mode
		}
	}
	for _, s := range specials {
		if permissions&s.bit != 0 {
			m |= s.mode
		}
	}
	return m
}
