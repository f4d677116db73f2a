package verify

import (
	"bytes"
	"fmt"
	"io"
)

// A sized is bytes with an end.
type sized interface {
	io.ReaderAt
	Size() int64
}

// A comparer compares what is written to it with what was found, and remembers where
// they differ first. It takes writes in order or, by WriteAt, in any.
type comparer struct {
	found sized

	at     int64 // where the next Write goes
	differ bool
	first  int64 // place of the first difference
	count  int64 // bytes that differ
	buf    []byte
}

// Write compares the next bytes. It does not fail.
func (c *comparer) Write(p []byte) (int, error) {
	n, err := c.WriteAt(p, c.at)
	c.at += int64(n)
	return n, err
}

// WriteAt compares bytes at a place. It does not fail.
func (c *comparer) WriteAt(p []byte, at int64) (int, error) {
	if len(c.buf) < len(p) {
		c.buf = make([]byte, len(p))
	}
	have, _ := c.found.ReadAt(c.buf[:len(p)], at) // what cannot be read differs
	if bytes.Equal(c.buf[:have], p) {
		return len(p), nil
	}
	for i, b := range p {
		if i >= have || c.buf[i] != b {
			c.note(at + int64(i))
		}
	}
	return len(p), nil
}

func (c *comparer) note(at int64) {
	if !c.differ || at < c.first {
		c.first = at
	}
	c.differ = true
	c.count++
}

// same reports whether all of what was found was written.
func (c *comparer) same() bool { return !c.differ && c.at == c.found.Size() }

// String says where the difference is.
func (c *comparer) String() string {
	if !c.differ {
		return fmt.Sprintf("has %d bytes in place of %d", c.found.Size(), c.at)
	}
	if c.count == 1 {
		return fmt.Sprintf("byte %d differs, which belongs to no file and to no table", c.first)
	}
	return fmt.Sprintf("%d bytes differ that belong to no file and to no table, the first at byte %d", c.count, c.first)
}
