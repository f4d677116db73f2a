package squashfs

import (
	"context"
	"fmt"
	"runtime"
	"sync"
)

// Blocks returns a Cache of the image's own compressed blocks. A Writer that has it
// and is given what the image holds lays the image out again without compressing
// any content: if the result is the same, so is everything in the image, to the last
// byte that no file shows. The options are those of the Writer.
//
// Blocks decompresses each block that a file refers to once. What it keeps in memory
// is a few words for each.
func (r *Reader) Blocks(ctx context.Context, o *Options) (Cache, error) {
	options, err := o.complete()
	if err != nil {
		return nil, err
	}
	c, err := newCompressor(&options)
	if err != nil {
		return nil, err
	}
	own := &ownBlocks{r: r, c: c, places: make(map[[32]byte]place)}
	err = own.scan(ctx)
	return own, err
}

// A place is where a block lies, its size as in block lists.
type place struct {
	position uint64
	size     uint32
}

// ownBlocks finds compressed blocks of an image by what they hold.
type ownBlocks struct {
	r *Reader
	c *compressor

	mu     sync.Mutex
	places map[[32]byte]place
}

// Get implements Cache.
func (b *ownBlocks) Get(key [32]byte) ([]byte, bool) {
	b.mu.Lock()
	at, ok := b.places[key]
	b.mu.Unlock()
	if !ok {
		return nil, false
	}
	if at.size&blockStored != 0 {
		return sealCached(nil), true
	}
	compressed, err := b.r.read(at.position, uint64(at.size))
	if err != nil {
		return nil, false
	}
	return sealCached(compressed), true
}

// Put implements Cache. Nothing is kept: the image has what it has.
func (b *ownBlocks) Put([32]byte, []byte) {}

// scan decompresses all blocks and notes what they hold.
func (b *ownBlocks) scan(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	queue := make(chan place)
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for at := range queue {
				if err := b.note(at); err != nil {
					cancel(err)
				}
			}
		})
	}
	err := b.list(ctx, queue)
	close(queue)
	workers.Wait()
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	return err
}

func (b *ownBlocks) note(at place) error {
	content, err := b.r.dataBlock(at.position, at.size)
	if err != nil {
		return fmt.Errorf("squashfs: %w", err)
	}
	key := b.c.key(content)
	b.mu.Lock()
	b.places[key] = at
	b.mu.Unlock()
	return nil
}

// list sends every block that a file refers to, each once.
func (b *ownBlocks) list(ctx context.Context, queue chan<- place) error {
	seen := make(map[place]bool)
	send := func(at place) error {
		if at.size == 0 || seen[at] {
			return nil
		}
		seen[at] = true
		select {
		case queue <- at:
			return nil
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	return b.r.Walk(func(_ *Header, c Content) error {
		f, ok := c.(*content)
		if !ok {
			return nil
		}
		if f.once.Do(f.load); f.err != nil {
			return fmt.Errorf("squashfs: %w", f.err)
		}
		for i, size := range f.sizes {
			if err := send(place{f.starts[i], size}); err != nil {
				return err
			}
		}
		if f.n.file.fragment == none {
			return nil
		}
		e, err := b.r.fragmentEntry(f.n.file.fragment)
		if err != nil {
			return fmt.Errorf("squashfs: %w", err)
		}
		return send(place{e.Start, e.Size})
	})
}
