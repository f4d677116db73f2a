package squashfs

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"sync"
)

// maxBlocks bounds the blocks of one file that a Reader opens: 4 TiB with the
// default block size.
const maxBlocks = 1 << 22

// content reads a regular file.
type content struct {
	r *Reader
	n *node

	once   sync.Once
	sizes  []uint32 // of its blocks, as stored
	starts []uint64 // their positions
	err    error
}

func (r *Reader) newContent(n *node) *content { return &content{r: r, n: n} }

// Size returns the size of the file in bytes.
func (c *content) Size() int64 { return int64(c.n.file.size) }

// ReadAt implements [io.ReaderAt].
func (c *content) ReadAt(p []byte, offset int64) (int, error) {
	if offset < 0 {
		return 0, errors.New("squashfs: negative offset")
	}
	if c.once.Do(c.load); c.err != nil {
		return 0, fmt.Errorf("squashfs: %w", c.err)
	}
	n := 0
	for n < len(p) && offset < c.Size() {
		b, err := c.block(offset)
		if err != nil {
			return n, fmt.Errorf("squashfs: %w", err)
		}
		m := copy(p[n:], b)
		n += m
		offset += int64(m)
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// load reads where the blocks are.
func (c *content) load() {
	f := &c.n.file
	blockSize := uint64(c.r.s.BlockSize)
	count := f.size / blockSize
	if f.size%blockSize > 0 && f.fragment == none {
		count++
	}
	if count > maxBlocks {
		c.err = fmt.Errorf("file of %d blocks, more than %d", count, maxBlocks)
		return
	}
	blocks, position := f.blocks, f.start
	for range count {
		raw, err := blocks.bytes(4)
		if err != nil {
			c.err = err
			return
		}
		size := binary.LittleEndian.Uint32(raw)
		c.sizes = append(c.sizes, size)
		c.starts = append(c.starts, position)
		position += uint64(size &^ blockStored)
	}
}

// block returns what the block at an offset of the file holds from there on.
func (c *content) block(offset int64) ([]byte, error) {
	f := &c.n.file
	blockSize := uint64(c.r.s.BlockSize)
	i, skip := uint64(offset)/blockSize, uint64(offset)%blockSize
	size := min(blockSize, f.size-i*blockSize)
	if i == uint64(len(c.sizes)) {
		b, err := c.r.fragment(f.fragment)
		if err != nil {
			return nil, err
		}
		if uint64(f.offset)+size > uint64(len(b)) {
			return nil, errors.New("tail is outside its fragment block")
		}
		return b[uint64(f.offset)+skip : uint64(f.offset)+size], nil
	}
	if c.sizes[i] == 0 {
		return zeros[:min(size-skip, uint64(len(zeros)))], nil
	}
	b, err := c.r.dataBlock(c.starts[i], c.sizes[i])
	if err != nil {
		return nil, err
	}
	if uint64(len(b)) != size {
		return nil, fmt.Errorf("data block at %d holds %d bytes, not %d", c.starts[i], len(b), size)
	}
	return b[skip:], nil
}

// A fragmentEntry says where a fragment block is.
type fragmentEntry struct {
	Start  uint64
	Size   uint32
	Unused uint32
}

const fragmentEntrySize = 16

// fragment returns a fragment block.
func (r *Reader) fragment(i uint32) ([]byte, error) {
	e, err := r.fragmentEntry(i)
	if err != nil {
		return nil, err
	}
	return r.dataBlock(e.Start, e.Size)
}

func (r *Reader) fragmentEntry(i uint32) (e fragmentEntry, err error) {
	if i >= r.s.Fragments {
		return e, fmt.Errorf("fragment %d of %d", i, r.s.Fragments)
	}
	raw, err := r.entry(r.s.FragmentTable, i, fragmentEntrySize)
	if err != nil {
		return e, fmt.Errorf("fragment table: %w", err)
	}
	_, err = binary.Decode(raw, binary.LittleEndian, &e)
	return e, err
}
