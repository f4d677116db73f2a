package squashfs

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"io"
)

// A fileData says where the content of a file is. Files that are equal share one.
type fileData struct {
	name    string // the first, for errors
	content Content
	sum     *[32]byte // SHA-256, when another file has the same size or a cache asks for it

	start  uint64   // of the first block
	blocks []uint32 // sizes as stored; 0 is a hole
	holes  uint64   // bytes of content in holes

	fragment uint32 // which fragment block the tail is in, or none
	offset   uint32 // where in that
}

// A dataWriter puts the contents of files into the pipeline.
type dataWriter struct {
	pipeline  *pipeline
	blockSize int
	cached    bool // all files need their digest
	bySize    map[int64][]*fileData

	fragment  *block // the fragment block being filled, or nil
	fragments uint32 // how many have begun
	table     []byte // of those that are written
}

func newDataWriter(p *pipeline, o *Options) *dataWriter {
	return &dataWriter{pipeline: p, blockSize: o.BlockSize, cached: o.Cache != nil, bySize: make(map[int64][]*fileData)}
}

// add takes a file, or finds the equal one that came before.
func (d *dataWriter) add(name string, content Content) (*fileData, error) {
	f := &fileData{name: name, content: content, fragment: none}
	same, err := d.duplicate(f)
	if same != nil || err != nil {
		return same, err
	}
	if d.cached {
		if err := f.hash(); err != nil {
			return nil, err
		}
	}
	size := content.Size()
	tail := int(size % int64(d.blockSize))
	f.blocks = make([]uint32, size/int64(d.blockSize))
	for i := range f.blocks {
		if err := d.addBlock(f, i); err != nil {
			return nil, err
		}
	}
	if tail > 0 {
		err = d.addTail(f, tail)
	}
	return f, err
}

// duplicate returns an earlier file with the same content, and else remembers f.
// Contents are read for comparison only where sizes are equal.
func (d *dataWriter) duplicate(f *fileData) (*fileData, error) {
	size := f.content.Size()
	if size == 0 {
		return f, nil
	}
	for _, other := range d.bySize[size] {
		equal, err := f.equal(other)
		if err != nil {
			return nil, err
		}
		if equal {
			return other, nil
		}
	}
	d.bySize[size] = append(d.bySize[size], f)
	return nil, nil
}

func (f *fileData) equal(other *fileData) (bool, error) {
	for _, each := range []*fileData{f, other} {
		if err := each.hash(); err != nil {
			return false, err
		}
	}
	return *f.sum == *other.sum, nil
}

func (f *fileData) hash() error {
	if f.sum != nil {
		return nil
	}
	if c, ok := f.content.(Summed); ok {
		sum := c.SHA256()
		f.sum = &sum
		return nil
	}
	h := sha256.New()
	if _, err := io.Copy(h, io.NewSectionReader(f.content, 0, f.content.Size())); err != nil {
		return fmt.Errorf("%q: content: %w", f.name, err)
	}
	f.sum = (*[32]byte)(h.Sum(nil))
	return nil
}

// addBlock submits the i-th whole block of f.
func (d *dataWriter) addBlock(f *fileData, i int) error {
	b := d.pipeline.take()
	b.add(part{f, int64(i) * int64(d.blockSize), d.blockSize})
	b.place = func(position uint64, size uint32) {
		if i == 0 {
			f.start = position
		}
		if size == 0 {
			f.holes += uint64(d.blockSize)
		}
		f.blocks[i] = size
	}
	return d.pipeline.submit(b)
}

// addTail packs the last, incomplete block of f with those of other files.
func (d *dataWriter) addTail(f *fileData, size int) error {
	if d.fragment != nil && (d.fragment.size+size > d.blockSize || d.endsBefore(f.name)) {
		if err := d.flush(); err != nil {
			return err
		}
	}
	if d.fragment == nil {
		d.fragment = d.pipeline.take()
		d.fragment.tails = true
		d.fragments++
	}
	f.fragment, f.offset = d.fragments-1, uint32(d.fragment.size)
	d.fragment.add(part{f, f.content.Size() - int64(size), size})
	return nil
}

// read fills p with the content from an offset. Content that ends early is an
// error.
func (f *fileData) read(p []byte, offset int64) error {
	if err := readFull(f.content, p, offset); err != nil {
		return fmt.Errorf("%q: content: %w", f.name, err)
	}
	return nil
}

// endsBefore reports whether a fragment block that is at least half full ends
// before the named file. One file in 32 is such a mark: when a file grows, the
// fragment blocks behind the next few marks are the same as before, and a cache
// has them. Images get some 0.2 percent larger by it.
func (d *dataWriter) endsBefore(name string) bool {
	if d.fragment.size < d.blockSize/2 {
		return false
	}
	h := fnv.New32a()
	io.WriteString(h, name)
	return h.Sum32()%32 == 0
}

// flush submits the fragment block, if one has begun.
func (d *dataWriter) flush() error {
	b := d.fragment
	if b == nil {
		return nil
	}
	d.fragment = nil
	b.place = func(position uint64, size uint32) {
		d.table = binary.LittleEndian.AppendUint64(d.table, position)
		d.table = binary.LittleEndian.AppendUint32(d.table, size)
		d.table = binary.LittleEndian.AppendUint32(d.table, 0) // unused
	}
	return d.pipeline.submit(b)
}
