package xz

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"sync"
)

const (
	// maxParallelBlock is the largest block that is held in memory as a whole. Those
	// of "xz -6 -T0", as in large Debian packages, have 24 MiB.
	maxParallelBlock = 64 << 20

	// maxParallelBlocks bounds what is kept of an index.
	maxParallelBlocks = 1 << 16
)

// Open returns a reader of the compressed data in the first size bytes of r. If
// that consists of several blocks, as "xz -T" makes them, up to so many workers
// decompress one block each; each needs memory for two blocks. Otherwise it reads
// as a [Reader] does.
//
// Closing it ends the goroutines. It does not close r.
func Open(r io.ReaderAt, size int64, workers int) (io.ReadCloser, error) {
	if blocks, check := parallelBlocks(r, size); workers > 1 && len(blocks) > 1 {
		return newParallel(r, blocks, check, min(workers, len(blocks))), nil
	}
	z, err := NewReader(io.NewSectionReader(r, 0, size))
	if err != nil {
		return nil, err
	}
	return io.NopCloser(z), nil
}

// A place is a block and where it begins.
type place struct {
	record
	offset int64
}

// parallelBlocks returns the blocks of a single stream that can be decompressed in
// parallel, and their kind of check. Whatever is not that simple, or not in order,
// it leaves to Reader.
func parallelBlocks(r io.ReaderAt, size int64) ([]place, byte) {
	blocks, check, err := readPlaces(r, size)
	if err != nil {
		return nil, 0
	}
	return blocks, check
}

func readPlaces(r io.ReaderAt, size int64) ([]place, byte, error) {
	if size < headerSize+footerSize {
		return nil, 0, io.ErrUnexpectedEOF
	}
	ends := make([]byte, headerSize+footerSize)
	for _, part := range []struct {
		p  []byte
		at int64
	}{{ends[:headerSize], 0}, {ends[headerSize:], size - footerSize}} {
		if n, err := r.ReadAt(part.p, part.at); n < len(part.p) {
			return nil, 0, err
		}
	}
	check, err := parseHeader(ends[:headerSize])
	if err != nil {
		return nil, 0, err
	}
	same, indexSize, err := parseFooter(ends[headerSize:])
	if err != nil {
		return nil, 0, err
	}
	if same != check || indexSize > size-headerSize-footerSize {
		return nil, 0, errors.New("more than one stream")
	}
	blocks, err := readBlocks(r, size-footerSize-indexSize, indexSize)
	return blocks, check, err
}

// readBlocks reads the index at an offset and lays out the blocks before it.
func readBlocks(r io.ReaderAt, at, size int64) ([]place, error) {
	in := newInput(io.NewSectionReader(r, at, size))
	first, err := in.ReadByte()
	if err != nil || first != 0 {
		return nil, errors.New("no index")
	}
	var blocks []place
	offset := int64(headerSize)
	n, err := readIndex(in, func(r record) error {
		if r.uncompressed > maxParallelBlock || r.unpadded > at || len(blocks) == maxParallelBlocks {
			return errors.New("blocks are too large or too many")
		}
		blocks = append(blocks, place{r, offset})
		offset += (r.unpadded + 3) &^ 3
		return nil
	})
	if err == nil && (n != size || offset != at) {
		err = errors.New("more than one stream")
	}
	return blocks, err
}

// A parallel decompresses blocks by several goroutines. Buffers go round: a worker
// takes one, fills it, and gets it back when its content was read.
type parallel struct {
	order   chan chan result // of the blocks, in their order
	buffers chan []byte
	done    chan struct{}
	workers sync.WaitGroup

	buffer  []byte // of the current block
	content []byte // what of that is not yet read
	held    bool   // a buffer is to be given back
	err     error
}

type result struct {
	content []byte
	err     error
}

// A job is a block to decompress into a buffer.
type job struct {
	place
	buffer []byte
	result chan<- result
}

func newParallel(r io.ReaderAt, blocks []place, check byte, workers int) *parallel {
	p := &parallel{
		order:   make(chan chan result, workers+1),
		buffers: make(chan []byte, workers+1),
		done:    make(chan struct{}),
	}
	for range workers + 1 {
		p.buffers <- nil
	}
	jobs := make(chan job)
	for range workers {
		p.workers.Go(func() {
			d := &blockReader{}
			for j := range jobs {
				content, err := j.decode(d, r, check)
				j.result <- result{content, err}
			}
		})
	}
	p.workers.Go(func() {
		defer close(jobs)
		defer close(p.order)
		p.feed(blocks, jobs)
	})
	return p
}

// feed hands out blocks in order, each with a buffer, until Close.
func (p *parallel) feed(blocks []place, jobs chan<- job) {
	for _, b := range blocks {
		ch := make(chan result, 1)
		select {
		case buffer := <-p.buffers:
			// There is room: no more are in order than there are buffers.
			p.order <- ch
			select {
			case jobs <- job{b, buffer, ch}:
			case <-p.done:
				return
			}
		case <-p.done:
			return
		}
	}
}

// decode decompresses the block and holds it to its record.
func (j *job) decode(d *blockReader, r io.ReaderAt, check byte) ([]byte, error) {
	in := newInput(io.NewSectionReader(r, j.offset, (j.unpadded+3)&^3))
	first, err := in.ReadByte()
	if err == nil && first == 0 {
		err = errors.New("no block")
	}
	if err == nil {
		err = d.begin(in, first, check)
	}
	buffer := j.buffer[:0]
	for err == nil {
		var piece []byte
		if piece, err = d.next(); piece == nil {
			break
		}
		if int64(len(buffer)+len(piece)) > j.uncompressed {
			err = errors.New("block is longer than the index says")
			break
		}
		if cap(buffer) == 0 {
			buffer = make([]byte, 0, j.uncompressed)
		}
		buffer = append(buffer, piece...)
	}
	if err == nil && d.record != j.record {
		err = errors.New("index does not match the blocks")
	}
	if err != nil {
		err = fmt.Errorf("xz: block at %d: %w", j.offset, err)
	}
	return buffer, err
}

// Read implements [io.Reader]. Only blocks that have passed their checks are read.
func (p *parallel) Read(b []byte) (int, error) {
	for len(p.content) == 0 {
		if p.err != nil {
			return 0, p.err
		}
		p.next()
	}
	n := copy(b, p.content)
	p.content = p.content[n:]
	return n, nil
}

// WriteTo implements [io.WriterTo].
func (p *parallel) WriteTo(w io.Writer) (int64, error) {
	var total int64
	for {
		n, err := bytes.NewReader(p.content).WriteTo(w)
		total += n
		p.content = p.content[n:]
		if err != nil {
			return total, err
		}
		if p.err == io.EOF {
			return total, nil
		}
		if p.err != nil {
			return total, p.err
		}
		p.next()
	}
}

// next gives back the buffer of the current block and waits for the next one.
func (p *parallel) next() {
	if p.held {
		p.buffers <- p.buffer[:0]
		p.held = false
	}
	ch, ok := <-p.order
	if !ok {
		p.err = io.EOF
		return
	}
	r := <-ch
	p.held, p.buffer, p.err = true, r.content, r.err
	if p.err == nil {
		p.content = r.content
	}
}

// Close ends the goroutines. Reading is an error afterwards.
func (p *parallel) Close() error {
	select {
	case <-p.done:
		return nil
	default:
	}
	close(p.done)
	p.workers.Wait()
	p.content, p.err = nil, errors.New("xz: read after close")
	return nil
}
