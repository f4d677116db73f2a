package xz

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// An lzma2 decodes LZMA2: chunks that are either LZMA or stored.
type lzma2 struct {
	in     *input
	window window
	lzma   lzma
	chunk  [1 << 16]byte

	// What the next chunk must reset at least.
	needDict, needProperties, needState bool
}

// Chunk types are bits of the control byte.
const (
	chunkEnd        = 0
	chunkStoredDict = 1 // stored, resets the dictionary
	chunkStored     = 2
	chunkLZMA       = 0x80
	chunkState      = 0xa0 // resets the state
	chunkProperties = 0xc0 // and has new properties
	chunkDict       = 0xe0 // and resets the dictionary
)

func (d *lzma2) reset(in *input, dictSize int) {
	d.in = in
	d.window.reset(dictSize)
	d.needDict, d.needProperties, d.needState = true, true, true
}

// next decodes a chunk. What it returns is valid until the next call; after the
// last chunk it is nil.
func (d *lzma2) next() ([]byte, error) {
	control, err := d.in.ReadByte()
	if err != nil || control == chunkEnd {
		return nil, err
	}
	if control == chunkStoredDict || control >= chunkDict {
		d.window.restart()
		d.needDict, d.needProperties = false, true
	}
	switch {
	case d.needDict:
		return nil, errors.New("LZMA2 begins without a new dictionary")
	case control >= chunkLZMA:
		return d.compressed(control)
	case control <= chunkStored:
		return d.stored()
	}
	return nil, fmt.Errorf("unknown LZMA2 chunk %#x", control)
}

func (d *lzma2) stored() ([]byte, error) {
	head, err := d.in.bytes(2)
	if err != nil {
		return nil, err
	}
	n := int(binary.BigEndian.Uint16(head)) + 1
	w := &d.window
	w.reserve(n)
	content := w.buf[w.pos:][:n]
	w.pos += n
	return content, d.in.full(content)
}

func (d *lzma2) compressed(control byte) ([]byte, error) {
	head, err := d.in.bytes(4)
	if err != nil {
		return nil, err
	}
	n := int(control&0x1f)<<16 + int(binary.BigEndian.Uint16(head)) + 1
	size := int(binary.BigEndian.Uint16(head[2:])) + 1
	if err := d.resetFor(control); err != nil {
		return nil, err
	}
	if size < 5 {
		return nil, errCorrupt
	}
	if err := d.in.full(d.chunk[:size]); err != nil {
		return nil, err
	}
	// The first byte is always 0.
	if d.chunk[0] != 0 {
		return nil, errCorrupt
	}
	d.lzma.rangeDecoder = rangeDecoder{
		in:   &d.chunk,
		pos:  5,
		rng:  1<<32 - 1,
		code: binary.BigEndian.Uint32(d.chunk[1:]),
	}
	w := &d.window
	w.reserve(n)
	from := w.pos
	if err := d.lzma.decode(w, from+n); err != nil {
		return nil, err
	}
	if d.lzma.pos != uint32(size) || d.lzma.code != 0 {
		return nil, errCorrupt
	}
	return w.buf[from:w.pos], nil
}

// resetFor resets what the control byte of a chunk says.
func (d *lzma2) resetFor(control byte) error {
	if control >= chunkProperties {
		b, err := d.in.ReadByte()
		if err != nil {
			return err
		}
		if err := d.lzma.setProperties(b); err != nil {
			return err
		}
		d.needProperties = false
	}
	if control >= chunkState {
		d.lzma.resetState()
		d.needState = false
	}
	if d.needProperties || d.needState {
		return errors.New("LZMA2 chunk without properties")
	}
	return nil
}
