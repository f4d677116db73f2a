package verity

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// BlockSize is the size in bytes of data blocks, hash blocks and the superblock
// with its padding.
const BlockSize = 4096

// MaxSalt is the greatest length of a salt in bytes.
const MaxSalt = 256

const (
	hashSize  = sha256.Size
	perBlock  = BlockSize / hashSize // digests in one hash block
	signature = "verity\x00\x00"
	version   = 1
	hashType  = 1 // the salt comes before the data
	algorithm = "sha256"
)

// A Root is what must come from a trusted source to verify data. The number of
// blocks is part of it: with another one, a block of the tree could pass for data.
type Root struct {
	Hash   [32]byte
	Salt   []byte
	Blocks uint64 // of data
}

// A Tree is a hash tree.
type Tree struct {
	Root
	UUID   [16]byte
	levels [][]byte // digests, those of data blocks first, each level in whole blocks
}

// newTree builds the levels above the digests of the data blocks.
func newTree(salt []byte, uuid [16]byte, digests []byte) *Tree {
	t := &Tree{UUID: uuid}
	t.Salt, t.Blocks = salt, uint64(len(digests)/hashSize)
	for len(digests) > hashSize {
		level := pad(digests)
		t.levels = append(t.levels, level)
		digests = nil
		for block := range chunks(level) {
			digests = append(digests, digest(salt, block)...)
		}
	}
	t.Hash = [32]byte(digests)
	return t
}

// pad fills the last block of a level with zeros.
func pad(digests []byte) []byte {
	n := (len(digests) + BlockSize - 1) / BlockSize * BlockSize
	return append(digests, make([]byte, n-len(digests))...)
}

func chunks(b []byte) func(yield func([]byte) bool) {
	return func(yield func([]byte) bool) {
		for ; len(b) > 0; b = b[BlockSize:] {
			if !yield(b[:BlockSize]) {
				return
			}
		}
	}
}

func digest(salt, block []byte) []byte {
	h := sha256.New()
	h.Write(salt)
	h.Write(block)
	return h.Sum(nil)
}

// Size returns the size of the encoded tree in bytes, superblock included.
func (t *Tree) Size() int64 {
	n := int64(BlockSize)
	for _, level := range t.levels {
		n += int64(len(level))
	}
	return n
}

// WriteTo writes superblock and tree, as a hash device has them from its start.
func (t *Tree) WriteTo(w io.Writer) (int64, error) {
	var b bytes.Buffer
	b.Write(t.superblock())
	for i := len(t.levels) - 1; i >= 0; i-- {
		b.Write(t.levels[i])
	}
	return b.WriteTo(w)
}

// A superblock is the head of a hash device, little-endian.
type superblock struct {
	Signature     [8]byte
	Version       uint32
	HashType      uint32
	UUID          [16]byte
	Algorithm     [32]byte
	DataBlockSize uint32
	HashBlockSize uint32
	DataBlocks    uint64
	SaltSize      uint16
	_             [6]byte
	Salt          [MaxSalt]byte
	_             [168]byte
}

func (t *Tree) superblock() []byte {
	s := superblock{
		Version:       version,
		HashType:      hashType,
		UUID:          t.UUID,
		DataBlockSize: BlockSize,
		HashBlockSize: BlockSize,
		DataBlocks:    t.Blocks,
		SaltSize:      uint16(len(t.Salt)),
	}
	copy(s.Signature[:], signature)
	copy(s.Algorithm[:], algorithm)
	copy(s.Salt[:], t.Salt)
	b, _ := binary.Append(make([]byte, 0, BlockSize), binary.LittleEndian, &s) // of fixed size
	return b[:BlockSize]
}

// parse refuses a superblock that does not belong to the root. Nothing in it is
// used: it is not covered by the hash.
func (r *Root) parse(raw []byte) error {
	var s superblock
	if _, err := binary.Decode(raw, binary.LittleEndian, &s); err != nil {
		return err
	}
	name := string(bytes.TrimRight(s.Algorithm[:], "\x00"))
	switch {
	case string(s.Signature[:]) != signature:
		return errors.New("not a hash tree")
	case s.Version != version || s.HashType != hashType || name != algorithm:
		return fmt.Errorf("version %d, type %d, algorithm %q; only %d, %d, %q is known", s.Version, s.HashType, name, version, hashType, algorithm)
	case s.DataBlockSize != BlockSize || s.HashBlockSize != BlockSize:
		return fmt.Errorf("blocks of %d and %d bytes, only %d is known", s.DataBlockSize, s.HashBlockSize, BlockSize)
	case s.DataBlocks != r.Blocks:
		return fmt.Errorf("tree for %d blocks, want %d", s.DataBlocks, r.Blocks)
	case s.SaltSize > MaxSalt || !bytes.Equal(s.Salt[:s.SaltSize], r.Salt):
		return errors.New("tree has another salt")
	}
	return nil
}
