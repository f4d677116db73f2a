package xz

import (
	"encoding/binary"
	"errors"
	"io"
)

var errData = errors.New("damaged data")

// slack is what a window holds beyond the dictionary: whenever it is full, the
// dictionary moves back to its beginning. It must hold the largest chunk.
const slack = 4 << 20

// A decoder decodes LZMA2: a sequence of chunks, of LZMA or stored, that share a
// dictionary.
type decoder struct {
	in         *counter
	dictionary int
	window     []byte // decoded bytes, the dictionary at its end
	from       int    // of what was decoded but not read, in window
	base       int    // where the dictionary begins: nothing before it may be used
	packed     []byte // the chunk being decoded
	lzma       lzma
	fresh      bool // no chunk so far: the first must reset the dictionary
	needProps  bool // the next LZMA chunk must set properties
	ended      bool
}

// reset prepares the decoder for a new block. The window grows as needed, so
// that a small block with a large dictionary costs little.
func (d *decoder) reset(in *counter, dictionary int) {
	d.in, d.dictionary = in, dictionary
	d.window, d.from, d.base = d.window[:0], 0, 0
	d.fresh, d.needProps, d.ended = true, true, false
	if d.packed == nil {
		d.packed = make([]byte, 64<<10+inputSlack)
	}
}

// read copies out decoded bytes, decoding a chunk if there are none.
func (d *decoder) read(p []byte) (int, error) {
	for d.from == len(d.window) {
		if d.ended {
			return 0, io.EOF
		}
		if err := d.chunk(); err != nil {
			return 0, noEOF(err)
		}
	}
	n := copy(p, d.window[d.from:])
	d.from += n
	return n, nil
}

// chunk decodes the next chunk. Its first byte says what it is: 0 the end, 1 and
// 2 stored bytes with and without a new dictionary, 0x80 and above LZMA with
// more or less of its state reset.
func (d *decoder) chunk() error {
	control, err := d.in.ReadByte()
	if err != nil {
		return err
	}
	if control == 0 {
		d.ended = true
		return nil
	}
	if control == 1 || control >= 0xe0 {
		d.fresh, d.needProps, d.base = false, true, len(d.window)
		d.lzma.total = 0
	}
	if d.fresh || control > 2 && control < 0x80 {
		return errData
	}
	var h [5]byte
	if control <= 2 {
		if _, err := io.ReadFull(d.in, h[:2]); err != nil {
			return err
		}
		return d.stored(int(binary.BigEndian.Uint16(h[:])) + 1)
	}
	if _, err := io.ReadFull(d.in, h[:4]); err != nil {
		return err
	}
	size := int(control&0x1f)<<16 + int(binary.BigEndian.Uint16(h[:])) + 1
	packed := int(binary.BigEndian.Uint16(h[2:])) + 1
	if err := d.prepare(control); err != nil {
		return err
	}
	return d.compressed(size, packed)
}

// prepare resets what an LZMA chunk's control byte says: state, properties.
func (d *decoder) prepare(control byte) error {
	if control >= 0xc0 {
		props, err := d.in.ReadByte()
		if err != nil {
			return err
		}
		if !d.lzma.properties(props) {
			return errData
		}
		d.needProps = false
	}
	if d.needProps {
		return errData
	}
	if control >= 0xa0 {
		d.lzma.reset()
	}
	return nil
}

// room makes room for n bytes at the end of the window.
func (d *decoder) room(n int) {
	if len(d.window)+n <= cap(d.window) {
		return
	}
	if full := d.dictionary + slack; cap(d.window) < full {
		bigger := make([]byte, len(d.window), min(full, max(2*cap(d.window)+n, 1<<20)))
		copy(bigger, d.window)
		d.window = bigger
		d.room(n)
		return
	}
	drop := len(d.window) - d.dictionary
	d.window = d.window[:copy(d.window, d.window[drop:])]
	d.base = max(0, d.base-drop)
	d.from = len(d.window)
}

func (d *decoder) stored(n int) error {
	d.room(n)
	at := len(d.window)
	d.window = d.window[:at+n]
	d.lzma.total += uint32(n)
	_, err := io.ReadFull(d.in, d.window[at:])
	return err
}

// compressed decodes an LZMA chunk of the given length, compressed into packed
// bytes, of which not one may be left over.
func (d *decoder) compressed(size, packed int) error {
	in := d.packed[:packed+inputSlack]
	if _, err := io.ReadFull(d.in, in[:packed]); err != nil {
		return err
	}
	clear(in[packed:])
	d.room(size)
	at := len(d.window)
	oldest := max(d.base, at-d.dictionary)
	if !d.lzma.decode(d.window[oldest:at+size], at-oldest, d.dictionary, in) {
		return errData
	}
	d.window = d.window[:at+size]
	return nil
}
