// Package strbuf is the string buffer of systemd's binary databases.
package strbuf

import (
	"bytes"
	"cmp"
	"slices"
)

// A Buffer holds strings that end in NUL. A string that is the tail of one met on
// the way down a tree of reversed strings is not stored again; the tree knows
// only one string at each node, so that not every repetition is found. The
// bytes depend on that, which is why it is done as in systemd's strbuf.
type Buffer struct {
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

// New returns a buffer with the empty string at offset 0.
func New() *Buffer {
	return &Buffer{buf: []byte{0}, root: &tail{}}
}

// At returns the string at an offset.
func (p *Buffer) At(off uint64) []byte {
	s := p.buf[off:]
	return s[:bytes.IndexByte(s, 0)]
}

// Bytes returns all strings as they are stored.
func (p *Buffer) Bytes() []byte { return p.buf }

// Add stores a string and returns its offset.
func (p *Buffer) Add(s string) uint64 {
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
