package xz

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"hash/crc64"
)

// A blockReader reads one block after the other.
type blockReader struct {
	in    *input
	lzma2 lzma2
	check hash.Hash // nil for none

	// Sizes as the header claims them, or -1.
	compressed, uncompressed int64

	start, data int64 // where in the input block and compressed data begin
	record      record
}

// A record is what the index tells of a block.
type record struct {
	unpadded     int64 // its size without padding
	uncompressed int64 // the size of its content
}

// MaxDict is the largest dictionary in bytes that is accepted: that of "xz -9".
const MaxDict = 64 << 20

const (
	filterLZMA2 = 0x21

	flagFilters      = 0x03 // how many, minus 1
	flagCompressed   = 0x40 // compressed size is present
	flagUncompressed = 0x80 // uncompressed size is present
)

// checks are the kinds of check values.
var checks = map[byte]func() hash.Hash{
	0:  func() hash.Hash { return nil },
	1:  func() hash.Hash { return crc32.NewIEEE() },
	4:  func() hash.Hash { return crc64.New(crcTable) },
	10: sha256.New,
}

var crcTable = crc64.MakeTable(crc64.ECMA)

// begin reads a block header. Its first byte, which is not 0, has been read.
func (b *blockReader) begin(in *input, first byte, check byte) error {
	b.in, b.start, b.record = in, in.n-1, record{}
	b.check = checks[check]()
	header := newChecked(in, first)
	size := (int64(first) + 1) * 4
	dictSize, err := b.fields(header)
	if err != nil {
		return fmt.Errorf("block header: %w", err)
	}
	for in.n-b.start < size-4 {
		c, err := header.ReadByte()
		if err != nil {
			return err
		}
		if c != 0 {
			return errors.New("block header: padding is not zero")
		}
	}
	if in.n-b.start > size-4 {
		return errors.New("block header is longer than it claims")
	}
	if err := in.checksum(header.crc); err != nil {
		return fmt.Errorf("block header: %w", err)
	}
	b.data = in.n
	b.lzma2.reset(in, dictSize)
	return nil
}

// fields reads the fields of a block header and returns the dictionary size.
func (b *blockReader) fields(header *checkedBytes) (dictSize int, err error) {
	flags, err := header.ReadByte()
	if err != nil {
		return 0, err
	}
	if flags&^(flagCompressed|flagUncompressed) != 0 {
		return 0, fmt.Errorf("flags %#x: only LZMA2 without other filters is supported", flags)
	}
	b.compressed, b.uncompressed = -1, -1
	for _, field := range []struct {
		flag byte
		size *int64
	}{{flagCompressed, &b.compressed}, {flagUncompressed, &b.uncompressed}} {
		if flags&field.flag == 0 {
			continue
		}
		v, err := readNumber(header)
		if err != nil {
			return 0, err
		}
		*field.size = int64(v)
	}
	return filter(header)
}

// filter reads the flags of the only filter.
func filter(header *checkedBytes) (dictSize int, err error) {
	id, err := readNumber(header)
	if err != nil {
		return 0, err
	}
	size, err := readNumber(header)
	if err != nil {
		return 0, err
	}
	if id != filterLZMA2 || size != 1 {
		return 0, fmt.Errorf("filter %#x with properties of %d bytes: only LZMA2 is supported", id, size)
	}
	b, err := header.ReadByte()
	if err != nil {
		return 0, err
	}
	// 4 KiB, 6 KiB, 8 KiB, 12 KiB, ... 4 GiB minus 1.
	if b > 40 {
		return 0, fmt.Errorf("unknown dictionary size %d", b)
	}
	n := (2 | uint64(b)&1) << (b/2 + 11)
	if n > MaxDict {
		return 0, fmt.Errorf("dictionary of %d MiB, more than %d are not supported", n>>20, MaxDict>>20)
	}
	return int(n), nil
}

// next returns the next piece of content, which is valid until the next call. After
// the last piece it verifies the block and returns nil.
func (b *blockReader) next() ([]byte, error) {
	piece, err := b.lzma2.next()
	if err != nil {
		return nil, err
	}
	b.record.uncompressed += int64(len(piece))
	if b.check != nil {
		b.check.Write(piece)
	}
	switch {
	case b.uncompressed >= 0 && b.record.uncompressed > b.uncompressed:
		return nil, errors.New("block is longer than its header says")
	case piece != nil:
		return piece, nil
	}
	return nil, b.end()
}

// end reads and verifies what follows the data.
func (b *blockReader) end() error {
	size := b.in.n - b.data
	if b.compressed >= 0 && b.compressed != size || b.uncompressed >= 0 && b.uncompressed != b.record.uncompressed {
		return errors.New("block has another size than its header says")
	}
	b.record.unpadded = b.in.n - b.start
	if err := b.in.padding(size); err != nil {
		return err
	}
	if b.check == nil {
		return nil
	}
	b.record.unpadded += int64(b.check.Size())
	return b.in.checksum(b.check)
}
