package squashfs

import (
	"encoding/binary"
	"errors"
)

// A cursor reads on in a table of metadata blocks. It goes forward only, so that
// reading ends even in a hostile image.
type cursor struct {
	r       *Reader
	content []byte // what is left of the current block
	next    uint64 // where the next begins
}

// newCursor returns a cursor at a place in the table that begins at start.
func (r *Reader) newCursor(start uint64, ref inodeRef) (*cursor, error) {
	if ref.block() > r.s.Size {
		return nil, errors.New("reference outside the image")
	}
	content, next, err := r.metadataBlock(start + ref.block())
	if err != nil {
		return nil, err
	}
	if ref.offset() > len(content) {
		return nil, errors.New("reference outside its block")
	}
	return &cursor{r, content[ref.offset():], next}, nil
}

// bytes reads n bytes. Where a hostile image may claim any n, it is for the caller
// to set a limit.
func (c *cursor) bytes(n int) ([]byte, error) {
	var b []byte
	for {
		m := min(n-len(b), len(c.content))
		b = append(b, c.content[:m]...)
		c.content = c.content[m:]
		if len(b) == n {
			return b, nil
		}
		var err error
		if c.content, c.next, err = c.r.metadataBlock(c.next); err != nil {
			return nil, err
		}
	}
}

// decode reads a structure of fixed size.
func (c *cursor) decode(value any) error {
	raw, err := c.bytes(binary.Size(value))
	if err != nil {
		return err
	}
	_, err = binary.Decode(raw, binary.LittleEndian, value)
	return err
}
