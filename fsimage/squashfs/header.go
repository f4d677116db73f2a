package squashfs

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math"
	"slices"
	"strings"
	"time"
)

// A Header describes one entry of an image.
type Header struct {
	// Name is the path of the entry: slash-separated, relative to the root of the
	// image, without empty, "." or ".." elements of its own, at most 4095 bytes and
	// 255 each element. It need not be UTF-8. The root itself is ".".
	Name string

	// Mode holds type and permission bits. Types are regular file, directory,
	// symbolic link, block and character device, named pipe and socket.
	Mode fs.FileMode

	UID, GID uint32

	// ModTime is stored in whole seconds from 1970 to 2106. The zero Time stands for
	// 1970-01-01.
	ModTime time.Time

	// Linkname is the target of a symbolic link, at most 4095 bytes.
	Linkname string

	// Devmajor (12 bits) and Devminor (20 bits) are the numbers of a device.
	Devmajor, Devminor uint32

	// Xattrs are the extended attributes. Their names begin with "user.", "trusted."
	// or "security."; the format has no other.
	Xattrs map[string]string

	// Hardlink makes the entry another name of an earlier one, and is the Name of
	// that one. Of the other fields only Name matters then.
	Hardlink string
}

// Content is what a regular file holds. *bytes.Reader, *strings.Reader and
// *io.SectionReader are Contents.
type Content interface {
	io.ReaderAt
	Size() int64
}

// A Summed content knows its SHA-256 without being read. It is then read only as
// far as no [Cache] has it compressed.
type Summed interface {
	Content
	SHA256() [32]byte
}

const (
	maxName   = 255  // NAME_MAX of Linux; the format could hold 256
	maxPath   = 4095 // PATH_MAX of Linux without the final NUL
	maxTarget = 4095 // likewise
	maxMajor  = 1<<12 - 1
	maxMinor  = 1<<20 - 1
	maxXattr  = 64 << 10 // XATTR_SIZE_MAX of Linux
)

// check refuses what the format cannot hold or Linux could not use.
func (h *Header) check(content Content) error {
	if _, err := unixMode(h.Mode); err != nil {
		return err
	}
	if _, err := seconds(h.ModTime); err != nil {
		return err
	}
	kind := h.Mode.Type()
	switch {
	case (content != nil) != (kind == 0):
		return errors.New("a regular file, and only that, has content")
	case content != nil && content.Size() < 0:
		return fmt.Errorf("content of %d bytes", content.Size())
	case (h.Linkname != "") != (kind == fs.ModeSymlink):
		return errors.New("a symbolic link, and only that, has a target")
	case len(h.Linkname) > maxTarget:
		return fmt.Errorf("link target is longer than %d bytes", maxTarget)
	case strings.IndexByte(h.Linkname, 0) >= 0:
		return errors.New("link target contains a NUL")
	case kind&fs.ModeDevice == 0 && (h.Devmajor|h.Devminor) != 0:
		return errors.New("has device numbers, but is not a device")
	case h.Devmajor > maxMajor || h.Devminor > maxMinor:
		return fmt.Errorf("device %d:%d is outside %d:%d", h.Devmajor, h.Devminor, maxMajor, maxMinor)
	}
	return h.checkXattrs()
}

func (h *Header) checkXattrs() error {
	for _, name := range slices.Sorted(maps.Keys(h.Xattrs)) {
		_, rest, ok := cutXattrPrefix(name)
		switch {
		case !ok:
			return fmt.Errorf("extended attribute %q is not of user, trusted or security", name)
		case rest == "" || len(name) > maxName || strings.IndexByte(rest, 0) >= 0:
			return fmt.Errorf("extended attribute name %q", name)
		case len(h.Xattrs[name]) > maxXattr:
			return fmt.Errorf("extended attribute %q has more than %d bytes", name, maxXattr)
		}
	}
	return nil
}

// checkName refuses names that are not clean relative paths.
func checkName(name string) error {
	if name == "." {
		return nil
	}
	if len(name) > maxPath {
		return fmt.Errorf("path is longer than %d bytes", maxPath)
	}
	for element := range strings.SplitSeq(name, "/") {
		if err := checkElement(element); err != nil {
			return err
		}
	}
	return nil
}

func checkElement(element string) error {
	switch {
	case element == "" || element == "." || element == "..":
		return fmt.Errorf("path element %q in a name", element)
	case len(element) > maxName:
		return fmt.Errorf("path element %.40q... is longer than %d bytes", element, maxName)
	case strings.ContainsAny(element, "/\x00"):
		return fmt.Errorf("path element %q contains a slash or NUL", element)
	}
	return nil
}

// seconds returns a time as the format stores it.
func seconds(t time.Time) (uint32, error) {
	if t.IsZero() {
		return 0, nil
	}
	s := t.Unix()
	if s < 0 || s > math.MaxUint32 {
		return 0, fmt.Errorf("time %v is outside 1970 to 2106", t.UTC())
	}
	return uint32(s), nil
}

var modeBits = []struct {
	unix uint32
	mode fs.FileMode
}{
	{0o4000, fs.ModeSetuid},
	{0o2000, fs.ModeSetgid},
	{0o1000, fs.ModeSticky},
}

// unixMode returns the twelve permission bits that the format stores.
func unixMode(mode fs.FileMode) (uint32, error) {
	u := uint32(mode.Perm())
	rest := mode &^ (fs.ModePerm | fs.ModeType)
	for _, b := range modeBits {
		if rest&b.mode != 0 {
			u |= b.unix
			rest &^= b.mode
		}
	}
	if _, ok := inodeTypes[mode.Type()]; rest != 0 || !ok {
		return 0, fmt.Errorf("mode %v cannot be stored", mode)
	}
	return u, nil
}

// fileMode adds stored permission bits to a type.
func fileMode(kind fs.FileMode, u uint16) fs.FileMode {
	mode := kind | fs.FileMode(u)&fs.ModePerm
	for _, b := range modeBits {
		if uint32(u)&b.unix != 0 {
			mode |= b.mode
		}
	}
	return mode
}

// encodeDevice packs device numbers as Linux's new_encode_dev.
func encodeDevice(major, minor uint32) uint32 {
	return minor&0xff | major<<8 | minor&^0xff<<12
}

func decodeDevice(d uint32) (major, minor uint32) {
	return d >> 8 & 0xfff, d&0xff | d>>12&0xfff00
}
