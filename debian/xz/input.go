package xz

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"io"
	"slices"
)

// An input reads compressed data and counts it. The end of the data is always
// unexpected to it.
type input struct {
	r       *bufio.Reader
	n       int64
	scratch [16]byte
}

// inputBuffer is larger than a chunk.
const inputBuffer = 128 << 10

func newInput(r io.Reader) *input {
	return &input{r: bufio.NewReaderSize(r, inputBuffer)}
}

func (in *input) reset(r io.Reader) {
	in.r.Reset(r)
	in.n = 0
}

// ReadByte implements [io.ByteReader].
func (in *input) ReadByte() (byte, error) {
	b, err := in.r.ReadByte()
	if err != nil {
		return 0, noEOF(err)
	}
	in.n++
	return b, nil
}

// full fills p.
func (in *input) full(p []byte) error {
	n, err := io.ReadFull(in.r, p)
	in.n += int64(n)
	return noEOF(err)
}

// bytes reads up to 16 bytes, which are valid until the next call.
func (in *input) bytes(n int) ([]byte, error) {
	p := in.scratch[:n]
	return p, in.full(p)
}

// padding reads zeros up to a multiple of 4 of n.
func (in *input) padding(n int64) error {
	p, err := in.bytes(int(-n & 3))
	if err != nil {
		return err
	}
	for _, b := range p {
		if b != 0 {
			return errors.New("padding is not zero")
		}
	}
	return nil
}

// checksum reads a check value and compares. Those that are numbers are
// little-endian.
func (in *input) checksum(h hash.Hash) error {
	got := make([]byte, h.Size())
	if err := in.full(got); err != nil {
		return err
	}
	if len(got) <= 8 {
		slices.Reverse(got)
	}
	if !bytes.Equal(got, h.Sum(nil)) {
		return errors.New("checksum does not match")
	}
	return nil
}

func noEOF(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// checkedBytes reads bytes and keeps their CRC-32.
type checkedBytes struct {
	in  io.ByteReader
	crc hash.Hash32
}

func newChecked(in io.ByteReader, first ...byte) *checkedBytes {
	c := &checkedBytes{in, crc32.NewIEEE()}
	c.crc.Write(first)
	return c
}

// ReadByte implements [io.ByteReader].
func (c *checkedBytes) ReadByte() (byte, error) {
	b, err := c.in.ReadByte()
	if err == nil {
		c.crc.Write([]byte{b})
	}
	return b, err
}

// readNumber reads a number of up to 63 bits, seven in each byte, the lowest
// first.
func readNumber(r io.ByteReader) (uint64, error) {
	var v uint64
	for i := range 9 {
		b, err := r.ReadByte()
		if err != nil {
			return 0, err
		}
		v |= uint64(b&0x7f) << (7 * i)
		if b < 0x80 {
			if b == 0 && i > 0 {
				break
			}
			return v, nil
		}
	}
	return 0, fmt.Errorf("number is not encoded in the shortest way")
}
