package xz

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"hash/crc64"
	"io"
	"slices"
)

// MaxDictionary is the largest dictionary, in bytes, that a Reader allocates.
// "xz -9" uses 64 MiB.
const MaxDictionary = 128 << 20

// A checkType says which check follows a block's content.
type checkType byte

const (
	checkNone   checkType = 0
	checkCRC32  checkType = 1
	checkCRC64  checkType = 4
	checkSHA256 checkType = 10
)

// size returns the length of a check in bytes, which the format fixes for types
// without a meaning as well.
func (c checkType) size() int {
	if c == checkNone {
		return 0
	}
	return 4 << ((c - 1) / 3)
}

// hash returns what computes the check; nil if it is none, or unknown: the
// format lets decoders skip those.
func (c checkType) hash() hash.Hash {
	switch c {
	case checkCRC32:
		return &reversed{crc32.NewIEEE()}
	case checkCRC64:
		return &reversed{crc64.New(crc64.MakeTable(crc64.ECMA))}
	case checkSHA256:
		return sha256.New()
	}
	return nil
}

// reversed gives a CRC with the lowest byte first, as the format stores it.
type reversed struct{ hash.Hash }

func (r *reversed) Sum(b []byte) []byte {
	at := len(b)
	b = r.Hash.Sum(b)
	slices.Reverse(b[at:])
	return b
}

// A block is the block being decoded.
type block struct {
	header   int64 // length of its header
	start    int64 // where its data begins in the input
	packed   int64 // length of the data, compressed and not, or -1
	unpacked int64
	n        int64 // bytes decoded so far
	sum      hash.Hash
	lzma     *decoder
}

// read decodes some of the block's content. It returns io.EOF at its end.
func (b *block) read(p []byte) (int, error) {
	n, err := b.lzma.read(p)
	b.n += int64(n)
	if b.sum != nil {
		b.sum.Write(p[:n])
	}
	if b.unpacked >= 0 && b.n > b.unpacked {
		return 0, errors.New("block is longer than its header says")
	}
	return n, err
}

const filterLZMA2 = 0x21

// blockHeader reads the header whose first byte is size.
func (z *Reader) blockHeader(size byte) (*block, error) {
	h := make([]byte, (int(size)+1)*4)
	h[0] = size
	if _, err := io.ReadFull(z.in, h[1:]); err != nil {
		return nil, err
	}
	body := h[:len(h)-4]
	if crc32.ChecksumIEEE(body) != binary.LittleEndian.Uint32(h[len(h)-4:]) {
		return nil, errors.New("block header is damaged")
	}
	b := &block{header: int64(len(h)), start: z.in.n, packed: -1, unpacked: -1, sum: z.check.hash()}
	dictionary, err := b.parse(body[1], bytes.NewReader(body[2:]))
	if err != nil {
		return nil, fmt.Errorf("block header: %w", err)
	}
	if z.lzma == nil {
		z.lzma = &decoder{}
	}
	z.lzma.reset(z.in, dictionary)
	b.lzma = z.lzma
	return b, nil
}

// parse reads sizes and filters and returns the size of the dictionary.
func (b *block) parse(flags byte, r *bytes.Reader) (dictionary int, err error) {
	if flags&0x3c != 0 {
		return 0, fmt.Errorf("flags %#x are not supported", flags)
	}
	for _, f := range []struct {
		bit  byte
		size *int64
	}{{0x40, &b.packed}, {0x80, &b.unpacked}} {
		if flags&f.bit == 0 {
			continue
		}
		n, err := number(r)
		if err != nil {
			return 0, noEOF(err)
		}
		*f.size = int64(n)
	}
	if flags&3 != 0 {
		return 0, errors.New("several filters are not supported")
	}
	id, err := number(r)
	if err != nil {
		return 0, noEOF(err)
	}
	size, err := number(r)
	if err != nil {
		return 0, noEOF(err)
	}
	if id != filterLZMA2 || size != 1 {
		return 0, fmt.Errorf("filter %#x is not supported", id)
	}
	if dictionary, err = dictionarySize(r); err != nil {
		return 0, err
	}
	for r.Len() > 0 {
		if c, _ := r.ReadByte(); c != 0 {
			return 0, errors.New("padding is not zero")
		}
	}
	return dictionary, nil
}

// dictionarySize reads LZMA2's one property: two or three times a power of two.
func dictionarySize(r *bytes.Reader) (int, error) {
	bits, err := r.ReadByte()
	if err != nil {
		return 0, noEOF(err)
	}
	if bits > 40 {
		return 0, fmt.Errorf("bad dictionary size %d", bits)
	}
	size := int64(2|bits&1) << (bits/2 + 11)
	if size > MaxDictionary {
		return 0, fmt.Errorf("dictionary of %d bytes is more than the %d allowed", size, MaxDictionary)
	}
	return int(size), nil
}
