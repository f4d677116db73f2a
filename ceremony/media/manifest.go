package media

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
)

// An Entry is one thing in a tree.
type Entry struct {
	// Path is relative to the root, with slashes, as the bytes of the file system.
	Path string
	// Type is the letter of find(1): f file, d folder, l symbolic link, and p, s,
	// b or c for what has no content.
	Type byte
	// Mode has the permission bits with those for set-id and sticky, 0 to 0o7777;
	// NoMode if the file system keeps none, and for symbolic links.
	Mode int
	// Size is that of the content in bytes: of a file, or of the target of a link.
	Size int64
	// SHA256 is the digest of the content.
	SHA256 [sha256.Size]byte
}

// NoMode stands for a mode that is not kept.
const NoMode = -1

// content reports whether an entry has size and digest.
func (e *Entry) content() bool { return e.Type == 'f' || e.Type == 'l' }

// A Manifest is what a tree holds.
type Manifest struct {
	// Entries are in ascending order of the bytes of their paths.
	Entries []Entry
	// Old is the old digest of HSMFD drives. Only [Read] sets it.
	Old [sha256.Size]byte
}

// head is the first line of a manifest.
const head = "hsmfd-manifest 1\n"

// Bytes returns the manifest as spec/hsmfd-manifest.md describes it.
func (m *Manifest) Bytes() []byte {
	var b bytes.Buffer
	b.WriteString(head)
	for i := range m.Entries {
		e := &m.Entries[i]
		mode, size, digest := "-", "-", "-"
		if e.Mode != NoMode {
			mode = strconv.FormatInt(int64(e.Mode), 8)
		}
		if e.content() {
			size, digest = strconv.FormatInt(e.Size, 10), fmt.Sprintf("%x", e.SHA256)
		}
		fmt.Fprintf(&b, "%c %s %s %s %s\n", e.Type, mode, size, digest, Escape(e.Path))
	}
	return b.Bytes()
}

// Root returns the SHA-256 of the manifest's bytes.
func (m *Manifest) Root() [sha256.Size]byte { return sha256.Sum256(m.Bytes()) }

// Files returns how many regular files there are, and the sum of their sizes in
// bytes.
func (m *Manifest) Files() (count int, size int64) {
	for i := range m.Entries {
		if m.Entries[i].Type == 'f' {
			count++
			size += m.Entries[i].Size
		}
	}
	return count, size
}

// sort puts the entries into their order.
func (m *Manifest) sort() {
	slices.SortFunc(m.Entries, func(a, b Entry) int { return strings.Compare(a.Path, b.Path) })
}

// Escape writes the bytes of a path in printable ASCII: those outside 0x20 to
// 0x7e, and the backslash, become a backslash and three octal digits.
func Escape(path string) string {
	var b strings.Builder
	for _, c := range []byte(path) {
		if c < 0x20 || c > 0x7e || c == '\\' {
			fmt.Fprintf(&b, `\%03o`, c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// typeOf returns the letter for a mode.
func typeOf(mode fs.FileMode) byte {
	switch mode.Type() {
	case 0:
		return 'f'
	case fs.ModeDir:
		return 'd'
	case fs.ModeSymlink:
		return 'l'
	case fs.ModeNamedPipe:
		return 'p'
	case fs.ModeSocket:
		return 's'
	case fs.ModeDevice:
		return 'b'
	default:
		return 'c'
	}
}

// modeBits returns the twelve bits that chmod(1) sets.
func modeBits(mode fs.FileMode) int {
	bits := int(mode.Perm())
	for _, special := range []struct {
		flag fs.FileMode
		bit  int
	}{{fs.ModeSetuid, 0o4000}, {fs.ModeSetgid, 0o2000}, {fs.ModeSticky, 0o1000}} {
		if mode&special.flag != 0 {
			bits |= special.bit
		}
	}
	return bits
}
