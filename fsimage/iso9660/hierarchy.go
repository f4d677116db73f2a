package iso9660

import (
	"fmt"
	"math"
	"path"
	"slices"
	"strings"
)

// A hierarchy is a directory tree on the medium: the primary one, or Joliet's.
type hierarchy struct {
	naming
	joliet bool
	dirs   []*directory // in the order of the path table
	tables [2]uint32    // blocks of the path tables, little- and big-endian
}

// A directory is a directory of a hierarchy.
type directory struct {
	id           string
	node         *node
	parent       *directory
	number       int // in the path table, from 1
	entries      []entry
	extent       extent
	continuation continuation
	joliet       bool
}

// An entry is a file in a directory. Directories have dir.
type entry struct {
	id   string
	node *node
	dir  *directory
}

// newHierarchy gives all nodes identifiers and their place in directories.
func newHierarchy(root *node, nm naming) (*hierarchy, error) {
	_, isJoliet := nm.(joliet)
	h := &hierarchy{naming: nm, joliet: isJoliet}
	top := h.newDirectory(selfID, root, nil)
	top.parent = top
	for i := 0; i < len(h.dirs); i++ {
		h.fill(h.dirs[i])
	}
	if len(h.dirs) > math.MaxUint16 {
		return nil, fmt.Errorf("%d directories are more than %d", len(h.dirs), math.MaxUint16)
	}
	return h, nil
}

func (h *hierarchy) newDirectory(id string, n *node, parent *directory) *directory {
	d := &directory{id: id, node: n, parent: parent, number: len(h.dirs) + 1, joliet: h.joliet}
	h.dirs = append(h.dirs, d)
	return d
}

// fill makes the entries of a directory, and the directories below it.
func (h *hierarchy) fill(d *directory) {
	used := identifiers{}
	for _, c := range d.node.children {
		if h.has(c) {
			id := h.identifier(path.Base(c.Name), c.Mode.IsDir(), used)
			d.entries = append(d.entries, entry{id: id, node: c})
		}
	}
	slices.SortFunc(d.entries, func(a, b entry) int { return strings.Compare(a.id, b.id) })
	for i := range d.entries {
		if e := &d.entries[i]; e.node.Mode.IsDir() {
			e.dir = h.newDirectory(e.id, e.node, d)
		}
	}
}

// record returns the record of a directory, without system use.
func (d *directory) record(id string) record {
	stamp, _ := packTime(d.node.ModTime) // checked when it was added
	return record{id: id, flags: flagDirectory, extent: d.extent, time: stamp}
}

// encode returns the blocks of a directory, and leaves its continuation in
// d.continuation. Their size does not depend on any place.
func (d *directory) encode() []byte {
	d.continuation.buf = nil
	self, parent := d.record(selfID), d.parent.record(parentID)
	self.systemUse = d.systemUse(selfID, d.selfEntries())
	parent.systemUse = d.systemUse(parentID, d.parent.node.posixEntries())
	b := parent.append(self.append(nil))
	for _, e := range d.entries {
		b = d.append(b, &e)
	}
	return pad(b)
}

// append encodes the records of an entry: one for each extent of a file.
func (d *directory) append(b []byte, e *entry) []byte {
	su := d.systemUse(e.id, append(e.node.posixEntries(), e.node.nameAndLink()...))
	if e.dir != nil {
		r := e.dir.record(e.id)
		r.systemUse = su
		return r.append(b)
	}
	extents := e.node.extents
	if len(extents) == 0 {
		extents = []extent{{}}
	}
	stamp, _ := packTime(e.node.ModTime) // checked when it was added
	for i, x := range extents {
		r := record{id: e.id, extent: x, time: stamp, systemUse: su}
		if i < len(extents)-1 {
			r.flags = flagMore
		}
		b = r.append(b)
	}
	return b
}

// selfEntries are the system use entries of a directory's own record.
func (d *directory) selfEntries() [][]byte {
	entries := d.node.posixEntries()
	if d.parent == d {
		entries = append([][]byte{indicator()}, append(entries, reference())...)
	}
	return entries
}

// systemUse encodes the system use area of a record.
func (d *directory) systemUse(id string, entries [][]byte) []byte {
	if d.joliet {
		return nil
	}
	return d.continuation.split(entries, maxRecordSize-systemUseOffset(id))
}

// tableSize is the size of a path table in bytes.
func (h *hierarchy) tableSize() (size int) {
	for _, d := range h.dirs {
		size += 8 + len(d.id) + len(d.id)%2
	}
	return size
}

// table encodes a path table (ECMA-119 9.4).
func (h *hierarchy) table(bigEndian bool) []byte {
	var b []byte
	for _, d := range h.dirs {
		rec := make([]byte, 8+len(d.id)+len(d.id)%2)
		rec[0] = byte(len(d.id))
		if bigEndian {
			be.PutUint32(rec[2:], d.extent.block)
			be.PutUint16(rec[6:], uint16(d.parent.number))
		} else {
			le.PutUint32(rec[2:], d.extent.block)
			le.PutUint16(rec[6:], uint16(d.parent.number))
		}
		copy(rec[8:], d.id)
		b = append(b, rec...)
	}
	return pad(b)
}

// pad fills the last block.
func pad(b []byte) []byte {
	return append(b, make([]byte, -len(b)&(blockSize-1))...)
}
