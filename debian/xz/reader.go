package xz

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"io"
)

var (
	headerMagic = []byte{0xFD, '7', 'z', 'X', 'Z', 0}
	footerMagic = []byte{'Y', 'Z'}
)

// A Reader decompresses. Make one with NewReader.
type Reader struct {
	in    *counter
	check checkType
	block *block
	index index // of the blocks so far in this stream
	err   error // sticky
	lzma  *decoder
}

// NewReader reads the header of the first stream from r. It buffers, and so may
// read beyond the end of the last stream.
func NewReader(r io.Reader) (*Reader, error) {
	z := &Reader{in: &counter{r: bufio.NewReaderSize(r, 64<<10)}}
	if err := z.streamHeader(); err != nil {
		return nil, fmt.Errorf("xz: %w", noEOF(err))
	}
	return z, nil
}

// Read decompresses into p. At the end it returns io.EOF, when everything has
// been verified.
func (z *Reader) Read(p []byte) (int, error) {
	for z.err == nil {
		if len(p) == 0 {
			return 0, nil
		}
		if z.block == nil {
			if z.err = z.next(); z.err != nil {
				break
			}
			continue
		}
		n, err := z.block.read(p)
		if err == io.EOF {
			err = z.endBlock()
		}
		z.err = err
		if n > 0 {
			return n, nil
		}
	}
	if z.err != io.EOF {
		return 0, fmt.Errorf("xz: %w", z.err)
	}
	return 0, io.EOF
}

// next begins the next block, or ends the stream and begins the one after it.
// io.EOF means that there is nothing more.
func (z *Reader) next() error {
	size, err := z.in.ReadByte()
	if err != nil {
		return noEOF(err)
	}
	if size != 0 {
		z.block, err = z.blockHeader(size)
		return noEOF(err)
	}
	if err := z.endStream(); err != nil {
		return noEOF(err)
	}
	more, err := z.padding()
	if err != nil || !more {
		return err
	}
	return noEOF(z.streamHeader())
}

// streamHeader reads magic, flags and their checksum.
func (z *Reader) streamHeader() error {
	var h [12]byte
	if _, err := io.ReadFull(z.in, h[:]); err != nil {
		return err
	}
	if !bytes.Equal(h[:6], headerMagic) {
		return errors.New("no magic bytes: not an .xz file")
	}
	if crc32.ChecksumIEEE(h[6:8]) != binary.LittleEndian.Uint32(h[8:]) {
		return errors.New("stream header is damaged")
	}
	if h[6] != 0 || h[7]&0xf0 != 0 {
		return fmt.Errorf("stream flags %#x %#x are not supported", h[6], h[7])
	}
	z.check = checkType(h[7])
	z.index = index{sum: sha256.New()}
	return nil
}

// endBlock verifies padding and check of the block that ended, and notes it for
// the index.
func (z *Reader) endBlock() error {
	b := z.block
	z.block = nil
	packed := z.in.n - b.start
	if b.packed >= 0 && packed != b.packed || b.unpacked >= 0 && b.n != b.unpacked {
		return errors.New("block is not as long as its header says")
	}
	var pad [3]byte
	if n := int(-packed & 3); n > 0 {
		if _, err := io.ReadFull(z.in, pad[:n]); err != nil {
			return noEOF(err)
		}
		if pad != [3]byte{} {
			return errors.New("block padding is not zero")
		}
	}
	want := make([]byte, z.check.size())
	if _, err := io.ReadFull(z.in, want); err != nil {
		return noEOF(err)
	}
	if b.sum != nil && !bytes.Equal(b.sum.Sum(nil), want) {
		return errors.New("block is damaged: its check does not match")
	}
	z.index.add(uint64(b.header+packed)+uint64(len(want)), uint64(b.n))
	return nil
}

// endStream reads the index, whose first byte is read already, and the footer.
func (z *Reader) endStream() error {
	start := z.in.n - 1
	z.in.crc = crc32.ChecksumIEEE([]byte{0})
	z.in.summing = true
	err := z.index.verify(z.in)
	if err == nil {
		err = z.indexPadding(start)
	}
	z.in.summing = false
	if err != nil {
		return err
	}
	var f [16]byte // the index's checksum and the footer
	if _, err := io.ReadFull(z.in, f[:]); err != nil {
		return err
	}
	size := z.in.n - 12 - start
	switch {
	case binary.LittleEndian.Uint32(f[:]) != z.in.crc:
		return errors.New("index is damaged")
	case !bytes.Equal(f[14:], footerMagic), crc32.ChecksumIEEE(f[8:14]) != binary.LittleEndian.Uint32(f[4:]):
		return errors.New("stream footer is damaged")
	case (int64(binary.LittleEndian.Uint32(f[8:]))+1)*4 != size:
		return errors.New("stream footer has the wrong size of the index")
	case f[12] != 0 || f[13] != byte(z.check):
		return errors.New("stream footer does not match the header")
	}
	return nil
}

// indexPadding reads zeros until the index is a multiple of four bytes long.
func (z *Reader) indexPadding(start int64) error {
	for (z.in.n-start)%4 != 0 {
		c, err := z.in.ReadByte()
		if err != nil {
			return err
		}
		if c != 0 {
			return errors.New("index padding is not zero")
		}
	}
	return nil
}

// padding skips the zeros that may follow a stream, in multiples of four, and
// reports whether another stream follows.
func (z *Reader) padding() (more bool, err error) {
	for n := 0; ; n++ {
		c, err := z.in.r.ReadByte()
		switch {
		case err == io.EOF && n%4 == 0:
			return false, io.EOF
		case err != nil:
			return false, noEOF(err)
		case c != 0 && n%4 == 0:
			return true, z.in.r.UnreadByte()
		case c != 0:
			return false, errors.New("stream padding is not a multiple of four zeros")
		}
	}
}

// A counter counts what is read, and can compute its CRC32.
type counter struct {
	r       *bufio.Reader
	n       int64
	summing bool
	crc     uint32
}

func (c *counter) ReadByte() (byte, error) {
	b, err := c.r.ReadByte()
	if err == nil {
		c.count([]byte{b})
	}
	return b, err
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.count(p[:n])
	return n, err
}

func (c *counter) count(p []byte) {
	c.n += int64(len(p))
	if c.summing {
		c.crc = crc32.Update(c.crc, crc32.IEEETable, p)
	}
}

// number reads a number in the format's variable-length encoding: seven bits to
// a byte, the lowest first, in as few bytes as possible and at most nine.
func number(r io.ByteReader) (uint64, error) {
	var n uint64
	for shift := 0; shift < 63; shift += 7 {
		c, err := r.ReadByte()
		if err != nil {
			return 0, err
		}
		n |= uint64(c&0x7f) << shift
		if c == 0 && shift > 0 {
			break
		}
		if c < 0x80 {
			return n, nil
		}
	}
	return 0, errors.New("badly encoded number")
}

// An index remembers the blocks of a stream, as a digest, to compare them with
// the index at its end.
type index struct {
	blocks uint64
	sum    hash.Hash
}

func (x *index) add(packed, unpacked uint64) {
	x.blocks++
	var b [16]byte
	binary.LittleEndian.PutUint64(b[:], packed)
	binary.LittleEndian.PutUint64(b[8:], unpacked)
	x.sum.Write(b[:])
}

// verify reads the index's records and compares them with what was added.
func (x *index) verify(r io.ByteReader) error {
	records, err := number(r)
	if err != nil {
		return err
	}
	if records != x.blocks {
		return fmt.Errorf("index has %d blocks, the stream has %d", records, x.blocks)
	}
	said := index{sum: sha256.New()}
	for range records {
		packed, err := number(r)
		if err != nil {
			return err
		}
		unpacked, err := number(r)
		if err != nil {
			return err
		}
		said.add(packed, unpacked)
	}
	if !bytes.Equal(said.sum.Sum(nil), x.sum.Sum(nil)) {
		return errors.New("index does not match the blocks")
	}
	return nil
}

// noEOF turns the end of the input, where there should be more, into an error
// that is not mistaken for a good end.
func noEOF(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
