package hwdb

import (
	"bytes"
	"cmp"
	"slices"
)

// A pool holds strings that end in NUL. A string that is the tail of one met on
// the way down a tree of reversed strings is not stored again; the tree knows
// only one string at each node, so that not every repetition is found. The
// bytes depend on that, which is why it is done as in systemd's strbuf.
type pool struct {
	buf  []byte
	root *tail
}

// A tail is a node of the tree of reversed strings.
type tail struct {
	off, size uint64 // of the string stored when the node was made
	children  []tailChild
}

type tailChild struct {
	c    byte
	tail *tail
}

func newPool() *pool {
	return &pool{buf: []byte{0}, root: &tail{}}
}

// at returns the string at an offset.
func (p *pool) at(off uint64) []byte {
	s := p.buf[off:]
	return s[:bytes.IndexByte(s, 0)]
}

// add stores a string and returns its offset.
func (p *pool) add(s string) uint64 {
	size := uint64(len(s))
	if size == 0 {
		return 0
	}
	n := p.root
	for depth := range len(s) + 1 {
		off := n.off + n.size - size
		if depth == len(s) || n.size >= size && string(p.buf[off:off+size]) == s {
			return off
		}
		i, found := slices.BinarySearchFunc(n.children, s[len(s)-1-depth],
			func(ch tailChild, c byte) int { return cmp.Compare(ch.c, c) })
		if !found {
			fresh := &tail{off: uint64(len(p.buf)), size: size}
			p.buf = append(append(p.buf, s...), 0)
			n.children = slices.Insert(n.children, i, tailChild{s[len(s)-1-depth], fresh})
			return fresh.off
		}
		n = n.children[i].tail
	}
	return 0 // not reached: the loop ends at depth len(s)
}
