package xz

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
)

const (
	headerSize  = 12 // of a stream
	footerSize  = 12
	headerMagic = "\xfd7zXZ\x00"
	footerMagic = "YZ"
)

// parseHeader returns the kind of check of a stream from its header.
func parseHeader(raw []byte) (check byte, err error) {
	if string(raw[:6]) != headerMagic {
		return 0, errors.New("not xz")
	}
	if crc32.ChecksumIEEE(raw[6:8]) != binary.LittleEndian.Uint32(raw[8:]) {
		return 0, errors.New("stream header: checksum does not match")
	}
	return parseFlags(raw[6:8])
}

func parseFlags(flags []byte) (check byte, err error) {
	if flags[0] != 0 || checks[flags[1]] == nil {
		return 0, fmt.Errorf("stream flags %x are not supported", flags)
	}
	return flags[1], nil
}

// parseFooter returns the kind of check and the size of the index.
func parseFooter(raw []byte) (check byte, indexSize int64, err error) {
	if string(raw[10:]) != footerMagic || crc32.ChecksumIEEE(raw[4:10]) != binary.LittleEndian.Uint32(raw) {
		return 0, 0, errors.New("stream footer is damaged")
	}
	check, err = parseFlags(raw[8:10])
	return check, (int64(binary.LittleEndian.Uint32(raw[4:])) + 1) * 4, err
}

// records are the blocks of a stream, by their number and a digest: that does to
// compare them, and needs no memory.
type records struct {
	n      uint64
	digest hash.Hash
}

func newRecords() records { return records{digest: sha256.New()} }

func (s *records) add(r record) {
	s.n++
	var b [16]byte
	binary.LittleEndian.PutUint64(b[:], uint64(r.unpadded))
	binary.LittleEndian.PutUint64(b[8:], uint64(r.uncompressed))
	s.digest.Write(b[:])
}

func (s *records) equal(other *records) bool {
	return s.n == other.n && bytes.Equal(s.digest.Sum(nil), other.digest.Sum(nil))
}

// readIndex reads an index, whose first byte has been read, and gives its records
// to add. It returns its size.
func readIndex(in *input, add func(record) error) (int64, error) {
	start := in.n - 1
	body := newChecked(in, 0)
	n, err := readNumber(body)
	for i := uint64(0); err == nil && i < n; i++ {
		var unpadded, uncompressed uint64
		if unpadded, err = readNumber(body); err == nil {
			uncompressed, err = readNumber(body)
		}
		if err == nil {
			err = add(record{int64(unpadded), int64(uncompressed)})
		}
	}
	for err == nil && (in.n-start)%4 != 0 {
		var b byte
		if b, err = body.ReadByte(); b != 0 {
			err = errors.New("padding is not zero")
		}
	}
	if err == nil {
		err = in.checksum(body.crc)
	}
	if err != nil {
		return 0, fmt.Errorf("index: %w", err)
	}
	return in.n - start, nil
}
