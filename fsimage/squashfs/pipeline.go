package squashfs

import (
	"fmt"
	"io"
	"sync"
)

// A part is a piece of a file.
type part struct {
	file   *fileData
	offset int64
	size   int
}

// A block is a piece of content on its way through the pipeline.
type block struct {
	// What to compress: a whole block of a file, or if tails is set what several
	// files have beyond their last whole block.
	parts []part
	tails bool
	size  int // of all parts

	// Where it belongs. Called in the order of submission, with the position and
	// the size word of the block; the size word of a hole is 0.
	place func(position uint64, size uint32)

	raw  []byte // a buffer of the block size
	out  []byte // another
	disc []byte // what to write: nil, or part of raw, out or a cache
	word uint32 // the size as block lists have it
	err  error
	done chan struct{}
}

// A pipeline compresses blocks in parallel and writes them in the order in which
// they were submitted, so that the result does not depend on scheduling.
type pipeline struct {
	out     *imageWriter
	jobs    chan *block // to the workers
	order   chan *block // to the one that writes
	workers sync.WaitGroup
	written chan struct{} // closed when everything is
	buffers sync.Pool

	mu  sync.Mutex
	err error
}

func newPipeline(out *imageWriter, o *Options) (*pipeline, error) {
	// Enough blocks under way to keep all workers busy while one hard block is
	// waited for; each takes two buffers of the block size.
	depth := 2*o.Workers + 2
	p := &pipeline{
		out:     out,
		jobs:    make(chan *block, depth),
		order:   make(chan *block, depth),
		written: make(chan struct{}),
	}
	p.buffers.New = func() any { return &block{raw: make([]byte, o.BlockSize), out: make([]byte, 0, o.BlockSize)} }
	compressors := make([]*compressor, o.Workers)
	for i := range compressors {
		c, err := newCompressor(o)
		if err != nil {
			return nil, err
		}
		compressors[i] = c
	}
	for _, c := range compressors {
		p.workers.Go(func() {
			for b := range p.jobs {
				b.process(c)
				close(b.done)
			}
		})
	}
	go p.write()
	return p, nil
}

// take returns a block with buffers to fill and submit.
func (p *pipeline) take() *block {
	b := p.buffers.Get().(*block)
	*b = block{parts: b.parts[:0], raw: b.raw, out: b.out, done: make(chan struct{})}
	return b
}

// submit hands over a block. It waits while too many are under way.
func (p *pipeline) submit(b *block) error {
	if err := p.failure(); err != nil {
		return err
	}
	p.order <- b
	p.jobs <- b
	return nil
}

// close waits until all blocks are written and ends the goroutines.
func (p *pipeline) close() error {
	close(p.jobs)
	close(p.order)
	p.workers.Wait()
	<-p.written
	return p.failure()
}

func (p *pipeline) failure() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.err
}

// write takes the blocks in order. After an error it only drains them.
func (p *pipeline) write() {
	defer close(p.written)
	for b := range p.order {
		<-b.done
		if err := p.writeBlock(b); err != nil {
			p.mu.Lock()
			p.err = err
			p.mu.Unlock()
		}
		p.buffers.Put(b)
	}
}

func (p *pipeline) writeBlock(b *block) error {
	if err := p.failure(); err != nil {
		return err
	}
	if b.err != nil {
		return b.err
	}
	b.place(p.out.position, b.word)
	return p.out.write(b.disc)
}

// add appends a piece of a file to the block.
func (b *block) add(p part) {
	b.parts = append(b.parts, p)
	b.size += p.size
}

// process compresses the block, if the cache does not have it.
func (b *block) process(c *compressor) {
	if c.cache == nil {
		b.compress(c)
		return
	}
	key := c.key(b.parts)
	if value, ok := c.cache.Get(key); ok && b.open(value) {
		return
	}
	b.compress(c)
	if b.err == nil {
		c.cache.Put(key, b.seal())
	}
}

// compress reads and compresses the block.
func (b *block) compress(c *compressor) {
	if b.err = b.read(); b.err != nil {
		return
	}
	raw := b.raw[:b.size]
	// Zeros are not stored. Linux knows no holes but whole blocks.
	if !b.tails && isZero(raw) {
		return
	}
	b.disc = c.compressData(b.out[:0], raw)
	b.word = uint32(len(b.disc))
	if b.disc == nil {
		b.store()
	}
}

// read fills the block.
func (b *block) read() error {
	at := 0
	for _, p := range b.parts {
		if err := p.file.read(b.raw[at:at+p.size], p.offset); err != nil {
			return err
		}
		at += p.size
	}
	return nil
}

// store makes the block one that is not compressed.
func (b *block) store() { b.disc, b.word = b.raw[:b.size], uint32(b.size)|blockStored }

// The first byte of what a cache has of a block.
const (
	cachedHole       = 'h' // nothing follows
	cachedStored     = 's' // nothing follows: the content is to be read
	cachedCompressed = 'c' // the compressed block follows
)

// seal returns what a cache is to keep of the block.
func (b *block) seal() []byte {
	switch {
	case b.word == 0:
		return []byte{cachedHole}
	case b.word&blockStored != 0:
		return []byte{cachedStored}
	}
	return append([]byte{cachedCompressed}, b.disc...)
}

// open takes the block from what a cache has of it.
func (b *block) open(value []byte) bool {
	if len(value) == 0 {
		return false
	}
	switch value[0] {
	case cachedHole:
	case cachedStored:
		if b.err = b.read(); b.err == nil {
			b.store()
		}
	case cachedCompressed:
		b.disc, b.word = value[1:], uint32(len(value)-1)
	default:
		return false
	}
	return true
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
	return fmt.Errorf("at byte %d: %w", offset+int64(n), err)
}

// An imageWriter writes an image from front to back.
type imageWriter struct {
	w        io.WriterAt
	position uint64
}

func (w *imageWriter) write(p []byte) error {
	n, err := w.w.WriteAt(p, int64(w.position))
	w.position += uint64(n)
	return err
}
