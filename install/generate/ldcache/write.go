package ldcache

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"

	"coen/install/proc"
	"coen/tree"
)

// File is where the cache lies.
const File = "/etc/ld.so.cache"

// The sizes of structures in elf/cache.c.
const (
	headerSize  = 48
	entrySize   = 24
	sectionSize = 16
)

// extensionMagic begins the part that only newer readers know.
const extensionMagic = 0xeaa42174

// Write searches the tree for shared libraries, makes the links they are found
// by, and writes the cache. arch is Debian's name of the architecture. What is
// read of libraries is kept in memo, if that is not nil.
func Write(t *tree.Tree, arch string, memo proc.Memo) error {
	return update(t, arch, memo, true, true)
}

// Links is Write without the cache: it only makes links.
func Links(t *tree.Tree, arch string, memo proc.Memo) error {
	return update(t, arch, memo, true, false)
}

// Index is Write without the links.
func Index(t *tree.Tree, arch string, memo proc.Memo) error {
	return update(t, arch, memo, false, true)
}

func update(t *tree.Tree, arch string, memo proc.Memo, makeLinks, index bool) error {
	m, ok := machines[arch]
	if !ok {
		return fmt.Errorf("ld.so.cache: unknown architecture %q", arch)
	}
	s := &search{tree: t, machine: m, memo: memo, seen: map[*tree.Node]bool{}}
	dirs, err := s.directories()
	if err != nil {
		return fmt.Errorf("ld.so.cache: %w", err)
	}
	for _, dir := range dirs {
		if err := s.scan(dir, makeLinks); err != nil {
			return fmt.Errorf("ld.so.cache: %w", err)
		}
	}
	if !index {
		return nil
	}
	data := encode(s.found, generator(t))
	return t.Put(File, &tree.Node{Kind: tree.Regular, Mode: 0o644, ModTime: t.Epoch(), Content: tree.Bytes(data)})
}

// generator is what ldconfig calls itself in the cache. It is read from the
// program in the tree, so that it names the glibc of the image.
func generator(t *tree.Tree) string {
	data, err := t.ReadFile("/usr/sbin/ldconfig")
	if err != nil {
		return "ldconfig"
	}
	i := bytes.Index(data, []byte("ldconfig ("))
	if i < 0 {
		return "ldconfig"
	}
	name, _, _ := bytes.Cut(data[i:], []byte{0})
	return string(name)
}

// encode lays out the cache. All numbers are little-endian.
func encode(libs []library, generator string) []byte {
	le := binary.LittleEndian
	table := newStrings(libs, uint32(headerSize+entrySize*len(libs)))
	var b []byte
	b = append(b, "glibc-ld.so.cache1.1"...)
	b = le.AppendUint32(b, uint32(len(libs)))
	b = le.AppendUint32(b, uint32(len(table.data)))
	b = append(b, 2, 0, 0, 0) // little-endian
	extension := (headerSize + entrySize*len(libs) + len(table.data) + 3) &^ 3
	b = le.AppendUint32(b, uint32(extension))
	b = append(b, make([]byte, 12)...)
	for _, l := range libs {
		b = le.AppendUint32(b, l.flags)
		b = le.AppendUint32(b, table.offset[l.soname])
		b = le.AppendUint32(b, table.offset[l.path])
		b = le.AppendUint32(b, 0) // OS version, no longer used
		b = le.AppendUint64(b, 0) // no hardware capabilities
	}
	b = append(b, table.data...)
	b = append(b, make([]byte, extension-len(b))...)
	b = le.AppendUint32(b, extensionMagic)
	b = le.AppendUint32(b, 1) // sections
	b = le.AppendUint32(b, 0) // tag: generator
	b = le.AppendUint32(b, 0) // flags
	b = le.AppendUint32(b, uint32(extension+8+sectionSize))
	b = le.AppendUint32(b, uint32(len(generator)))
	return append(b, generator...)
}

// A stringTable holds strings that end in NUL; one that is the tail of another
// lies within it.
type stringTable struct {
	data   []byte
	offset map[string]uint32 // from the beginning of the file
}

func newStrings(libs []library, base uint32) stringTable {
	var all []string
	for _, l := range libs {
		all = append(all, l.soname, l.path)
	}
	// Compared from their ends, the greater first, so that a tail follows what
	// it is the tail of.
	slices.SortFunc(all, func(a, b string) int { return strings.Compare(reversed(b), reversed(a)) })
	all = slices.Compact(all)
	t := stringTable{offset: map[string]uint32{}}
	last := ""
	for _, s := range all {
		if strings.HasSuffix(last, s) && last != "" {
			t.offset[s] = t.offset[last] + uint32(len(last)-len(s))
			continue
		}
		t.offset[s] = base + uint32(len(t.data))
		t.data = append(append(t.data, s...), 0)
		last = s
	}
	return t
}

func reversed(s string) string {
	b := []byte(s)
	slices.Reverse(b)
	return string(b)
}
