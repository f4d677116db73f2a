package cpio

import (
	"fmt"
	"io/fs"
	"strings"
	"time"
)

const (
	magic      = "070701"
	trailer    = "TRAILER!!!"
	headerSize = 110 // the magic and 13 fields of 8 hexadecimal digits
	alignment  = 4   // of each header and of each content
	blockSize  = 512 // of the whole archive: GNU cpio's default

	// maxPath bounds names and link targets. The kernel's unpacker skips what does
	// not fit PATH_MAX, 4096 bytes with the final NUL.
	maxPath = 4095
)

// A Header describes one entry of an archive.
type Header struct {
	// Name is the path of the entry: slash-separated, relative to the root of the
	// archive, without empty, "." or ".." elements. The root itself is ".".
	Name string

	// Mode holds type and permission bits. Types are regular file, directory,
	// symbolic link, block and character device, named pipe and socket.
	Mode fs.FileMode

	UID, GID uint32

	// ModTime is stored in whole seconds. The zero Time stands for 1970-01-01.
	ModTime time.Time

	// Size is the length of the content in bytes. In archives of other programs it
	// may be other than 0 for types that have no content.
	Size int64

	// Linkname is the target of a symbolic link.
	Linkname string

	// Devmajor and Devminor are the numbers of a block or character device.
	Devmajor, Devminor uint32

	// Nlink is how many names a file with hard links has in this archive; 0 means 1.
	// It is ignored for directories.
	Nlink uint32

	// Hardlink makes the entry another name of an earlier one and is the Name of
	// that one. To the Writer only Name and Hardlink matter then. The Reader gives
	// the first of all names; other programs may store the content with a later one.
	Hardlink string
}

// The file types of st_mode, as POSIX and the newc format number them.
const (
	typeMask    = 0o170000
	typeFIFO    = 0o010000
	typeChar    = 0o020000
	typeDir     = 0o040000
	typeBlock   = 0o060000
	typeRegular = 0o100000
	typeSymlink = 0o120000
	typeSocket  = 0o140000

	bitSetuid = 0o4000
	bitSetgid = 0o2000
	bitSticky = 0o1000
)

var types = []struct {
	unix uint32
	mode fs.FileMode
}{
	{typeRegular, 0},
	{typeDir, fs.ModeDir},
	{typeSymlink, fs.ModeSymlink},
	{typeChar, fs.ModeDevice | fs.ModeCharDevice},
	{typeBlock, fs.ModeDevice},
	{typeFIFO, fs.ModeNamedPipe},
	{typeSocket, fs.ModeSocket},
}

var bits = []struct {
	unix uint32
	mode fs.FileMode
}{
	{bitSetuid, fs.ModeSetuid},
	{bitSetgid, fs.ModeSetgid},
	{bitSticky, fs.ModeSticky},
}

// unixMode turns a mode into the number that stat(2) knows.
func unixMode(mode fs.FileMode) (uint32, error) {
	u := uint32(mode.Perm())
	rest := mode &^ fs.ModePerm
	for _, b := range bits {
		if rest&b.mode != 0 {
			u |= b.unix
			rest &^= b.mode
		}
	}
	for _, t := range types {
		if rest == t.mode {
			return u | t.unix, nil
		}
	}
	return 0, fmt.Errorf("mode %v cannot be stored", mode)
}

// fileMode is the inverse of unixMode.
func fileMode(u uint32) (fs.FileMode, error) {
	mode := fs.FileMode(u) & fs.ModePerm
	for _, b := range bits {
		if u&b.unix != 0 {
			mode |= b.mode
		}
	}
	for _, t := range types {
		if u&^0o7777 == t.unix {
			return mode | t.mode, nil
		}
	}
	return 0, fmt.Errorf("unknown file mode %#o", u)
}

// checkName refuses names that an unpacker would skip or misunderstand.
func checkName(name string) error {
	switch {
	case name == trailer:
		return fmt.Errorf("name %q marks the end of an archive", name)
	case len(name) > maxPath:
		return fmt.Errorf("name %.40q... is longer than %d bytes", name, maxPath)
	case strings.IndexByte(name, 0) >= 0:
		return fmt.Errorf("name %q contains a NUL", name)
	case name == ".":
		return nil
	}
	for element := range strings.SplitSeq(name, "/") {
		if element == "" || element == "." || element == ".." {
			return fmt.Errorf("name %q is not a clean relative path", name)
		}
	}
	return nil
}

// padding returns how many bytes follow n to reach a multiple of align.
func padding(n, align int64) int64 {
	return (align - n%align) % align
}
