package verity

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"sync"
)

// A MismatchError reports data or a part of the tree that is not what it was.
type MismatchError struct {
	Level int    // 0 for data, else of the tree, 1 just above the data
	Block uint64 // the number of the block in its level
}

func (e *MismatchError) Error() string {
	if e.Level == 0 {
		return fmt.Sprintf("verity: data block %d does not match its hash", e.Block)
	}
	return fmt.Sprintf("verity: block %d of tree level %d does not match its hash", e.Block, e.Level)
}

// A Reader reads data and verifies it. Its methods can be called by several
// goroutines at a time. It keeps the parts of the tree that it has verified, up to
// 1/127 of the size of the data.
type Reader struct {
	data, tree io.ReaderAt
	root       Root
	starts     []uint64 // of the levels of the tree in blocks, lowest first

	mu       sync.Mutex
	verified []map[uint64][]byte
}

// NewReader returns a Reader of data that is verified with a tree as WriteTo writes
// it, against a trusted root.
func NewReader(data, tree io.ReaderAt, root Root) (*Reader, error) {
	if root.Blocks == 0 || root.Blocks > math.MaxInt64/BlockSize/2 {
		return nil, fmt.Errorf("verity: data of %d blocks", root.Blocks)
	}
	r := &Reader{data: data, tree: tree, root: root}
	head := make([]byte, BlockSize)
	if err := readFull(tree, head, 0); err != nil {
		return nil, fmt.Errorf("verity: superblock: %w", err)
	}
	if err := root.parse(head); err != nil {
		return nil, fmt.Errorf("verity: %w", err)
	}
	var sizes []uint64
	for n := root.Blocks; n > 1; {
		n = (n + perBlock - 1) / perBlock
		sizes = append(sizes, n)
		r.verified = append(r.verified, make(map[uint64][]byte))
	}
	r.starts = make([]uint64, len(sizes))
	start := uint64(1)
	for i := len(sizes) - 1; i >= 0; i-- {
		r.starts[i] = start
		start += sizes[i]
	}
	return r, nil
}

// Size returns the size of the data in bytes.
func (r *Reader) Size() int64 { return int64(r.root.Blocks) * BlockSize }

// ReadAt implements [io.ReaderAt]. It returns no byte that is not verified; the
// error for one that does not pass is a *[MismatchError].
func (r *Reader) ReadAt(p []byte, offset int64) (int, error) {
	if offset < 0 {
		return 0, errors.New("verity: negative offset")
	}
	n := 0
	block := make([]byte, BlockSize)
	for n < len(p) && offset < r.Size() {
		if err := r.readBlock(block, uint64(offset/BlockSize)); err != nil {
			return n, err
		}
		m := copy(p[n:], block[offset%BlockSize:])
		n += m
		offset += int64(m)
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// readBlock reads and verifies a block of data.
func (r *Reader) readBlock(block []byte, i uint64) error {
	if err := readFull(r.data, block, int64(i)*BlockSize); err != nil {
		return fmt.Errorf("verity: data block %d: %w", i, err)
	}
	return r.verify(block, 0, i)
}

// verify compares a block of a level with the digest in the level above.
func (r *Reader) verify(block []byte, level int, i uint64) error {
	want := r.root.Hash[:]
	if level < len(r.starts) {
		hashes, err := r.hashes(level, i/perBlock)
		if err != nil {
			return err
		}
		want = hashes[i%perBlock*hashSize:][:hashSize]
	}
	if !bytes.Equal(digest(r.root.Salt, block), want) {
		return &MismatchError{level, i}
	}
	return nil
}

// hashes returns a verified block of digests of the given level.
func (r *Reader) hashes(level int, i uint64) ([]byte, error) {
	r.mu.Lock()
	block := r.verified[level][i]
	r.mu.Unlock()
	if block != nil {
		return block, nil
	}
	block = make([]byte, BlockSize)
	if err := readFull(r.tree, block, int64(r.starts[level]+i)*BlockSize); err != nil {
		return nil, fmt.Errorf("verity: block %d of tree level %d: %w", i, level+1, err)
	}
	if err := r.verify(block, level+1, i); err != nil {
		return nil, err
	}
	r.mu.Lock()
	r.verified[level][i] = block
	r.mu.Unlock()
	return block, nil
}

// readFull fills p from an offset.
func readFull(r io.ReaderAt, p []byte, offset int64) error {
	n, err := r.ReadAt(p, offset)
	if n == len(p) {
		return nil
	}
	if err == nil || err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return err
}
