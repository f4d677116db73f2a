package deb

import (
	"archive/tar"
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
)

// A Type is the type of an entry.
type Type byte

// The types of entries, by the letters ls and find use.
const (
	Regular     Type = 'f'
	Directory   Type = 'd'
	Symlink     Type = 'l'
	HardLink    Type = 'h' // another name of an earlier entry
	CharDevice  Type = 'c'
	BlockDevice Type = 'b'
	FIFO        Type = 'p'
)

// An Entry describes one file, directory, link or device of a package.
type Entry struct {
	// Name is the path from the root, without leading or trailing slash,
	// clean as by [path.Clean]. The root itself is ".".
	Name string
	Type Type
	// Mode has the permission bits, set-id bits and sticky bit: at most 07777.
	// For symbolic links it means nothing.
	Mode uint32
	// UID and GID are numeric; User and Group are the names beside them, which
	// dpkg prefers where the system it installs to knows them. May be empty.
	UID, GID    uint32
	User, Group string
	// MTime is in seconds since 1970. Fractions are cut off, as dpkg does.
	MTime int64
	// Size of a regular file in bytes, else 0.
	Size int64
	// Link is a symbolic link's target as written, or the Name of the earlier
	// entry a hard link is another name of.
	Link string
	// Major and Minor are a device's numbers.
	Major, Minor uint32
	// Capability is the value of the extended attribute security.capability,
	// or nil. Other attributes are refused.
	Capability []byte
}

var types = map[byte]Type{
	tar.TypeReg:     Regular,
	tar.TypeDir:     Directory,
	tar.TypeSymlink: Symlink,
	tar.TypeLink:    HardLink,
	tar.TypeChar:    CharDevice,
	tar.TypeBlock:   BlockDevice,
	tar.TypeFifo:    FIFO,
}

const capabilityRecord = "SCHILY.xattr.security.capability"

// entry turns a tar header into an Entry, or says what is wrong with it.
func entry(h *tar.Header) (*Entry, error) {
	e := &Entry{User: h.Uname, Group: h.Gname, MTime: h.ModTime.Unix(), Size: h.Size}
	var known bool
	if e.Type, known = types[h.Typeflag]; !known {
		return nil, fmt.Errorf("unsupported type %q", h.Typeflag)
	}
	var err error
	if e.Name, err = cleanName(h.Name, e.Type == Directory); err != nil {
		return nil, err
	}
	if e.Name == "." && e.Type != Directory {
		return nil, errors.New("the root is no directory")
	}
	if err := e.setLink(h.Linkname); err != nil {
		return nil, err
	}
	if err := e.setNumbers(h); err != nil {
		return nil, err
	}
	return e, e.setRecords(h.PAXRecords)
}

// cleanName checks a name and brings it into the form of Entry.Name.
func cleanName(name string, directory bool) (string, error) {
	switch {
	case name == "":
		return "", errors.New("empty name")
	case name[0] == '/':
		return "", errors.New("absolute name")
	case len(name) > maxPath:
		return "", fmt.Errorf("name of more than %d bytes", maxPath)
	case strings.ContainsAny(name, "\n\x00"):
		return "", errors.New("newline or NUL in the name")
	case name[len(name)-1] == '/' && !directory:
		return "", errors.New("slash at the end of a name that is no directory's")
	}
	for part := range strings.SplitSeq(name, "/") {
		if part == ".." {
			return "", errors.New("\"..\" in the name")
		}
		if len(part) > maxName {
			return "", fmt.Errorf("part of a name of more than %d bytes", maxName)
		}
	}
	return path.Clean(name), nil
}

func (e *Entry) setLink(target string) error {
	switch e.Type {
	case HardLink:
		name, err := cleanName(target, false)
		if err != nil {
			return fmt.Errorf("hard link to %.100q: %v", target, err)
		}
		e.Link = name
	case Symlink:
		if target == "" || len(target) > maxPath || strings.ContainsRune(target, 0) {
			return fmt.Errorf("bad link target %.100q", target)
		}
		if climbs(e.Name, target) {
			return fmt.Errorf("link to %.100q leads out of the tree", target)
		}
		e.Link = target
	}
	return nil
}

// climbs reports whether the target of the symbolic link at name has, at some
// point, more ".." than directories to leave.
func climbs(name, target string) bool {
	depth := strings.Count(name, "/")
	if target[0] == '/' {
		depth = 0
	}
	for part := range strings.SplitSeq(target, "/") {
		switch part {
		case "", ".":
		case "..":
			if depth--; depth < 0 {
				return true
			}
		default:
			depth++
		}
	}
	return false
}

func (e *Entry) setNumbers(h *tar.Header) error {
	const formatBits = 0o170000 // some writers repeat the type there
	switch mode := h.Mode &^ formatBits; {
	case mode < 0 || mode > 0o7777:
		return fmt.Errorf("bad mode %#o", h.Mode)
	case h.Uid < 0 || int64(h.Uid) > maxID || h.Gid < 0 || int64(h.Gid) > maxID:
		return fmt.Errorf("bad owner %d:%d", h.Uid, h.Gid)
	case e.MTime < 0 || e.MTime > maxTime:
		return fmt.Errorf("bad time %d", e.MTime)
	case h.Size < 0 || h.Size > MaxFile:
		return fmt.Errorf("bad size %d", h.Size)
	case h.Size > 0 && e.Type != Regular:
		return fmt.Errorf("size %d for something that is no regular file", h.Size)
	default:
		e.Mode = uint32(mode)
	}
	e.UID, e.GID = uint32(h.Uid), uint32(h.Gid)
	if e.Type == CharDevice || e.Type == BlockDevice {
		if h.Devmajor < 0 || h.Devmajor > maxMajor || h.Devminor < 0 || h.Devminor > maxMinor {
			return fmt.Errorf("bad device number %d:%d", h.Devmajor, h.Devminor)
		}
		e.Major, e.Minor = uint32(h.Devmajor), uint32(h.Devminor)
	}
	return nil
}

// setRecords goes through PAX records. Those that archive/tar has put into
// header fields are done with; of the others only capabilities are known.
func (e *Entry) setRecords(records map[string]string) error {
	for _, name := range slices.Sorted(maps.Keys(records)) {
		switch name {
		case "path", "linkpath", "size", "uid", "gid", "uname", "gname", "mtime", "atime", "ctime", "comment":
		case capabilityRecord:
			e.Capability = []byte(records[name])
		default:
			return fmt.Errorf("unsupported attribute or PAX record %.100q", name)
		}
	}
	return nil
}
