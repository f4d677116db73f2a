package inspect

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"runtime"
	"sync"

	"coen/fsimage/squashfs"
)

// An Item is an Entry with the digest of its content in place of the content.
type Item struct {
	Entry
	SHA256 [32]byte // of a regular file
}

// A Listing has the items of a place by path.
type Listing map[string]*Item

// Bounds on a listing.
const (
	maxItems   = 1 << 20
	maxContent = 1 << 35 // bytes of all files together
)

// List reads all of a place and returns what is in it. A file with several names
// has the same digest under each.
func (i *Image) List(ctx context.Context, p Place) (Listing, error) {
	l := &lister{ctx: ctx, items: Listing{}}
	var err error
	if p == InRoot {
		err = l.root(i)
	} else {
		err = i.WalkPlace(p, l.add)
	}
	if err != nil {
		return nil, err
	}
	for _, item := range l.items {
		if first := l.items[item.Hardlink]; first != nil {
			item.SHA256, item.Size = first.SHA256, first.Size
		}
	}
	return l.items, nil
}

type lister struct {
	ctx   context.Context
	items Listing
	bytes int64
}

// note adds an item without its digest.
func (l *lister) note(e *Entry) (*Item, error) {
	if err := context.Cause(l.ctx); err != nil {
		return nil, err
	}
	if l.bytes += e.Size; len(l.items) == maxItems || l.bytes > maxContent {
		return nil, fmt.Errorf("%s: more than %d entries or %d bytes", e.Place, maxItems, int64(maxContent))
	}
	if l.items[e.Path] != nil {
		return nil, fmt.Errorf("%s: %q is there twice", e.Place, e.Path)
	}
	item := &Item{Entry: *e}
	item.Content = nil
	l.items[e.Path] = item
	return item, nil
}

func (l *lister) add(e *Entry) error {
	item, err := l.note(e)
	if err != nil || e.Content == nil {
		return err
	}
	return item.digest(e.Content)
}

func (i *Item) digest(content io.Reader) error {
	h := sha256.New()
	if _, err := io.Copy(h, content); err != nil {
		return fmt.Errorf("%s: %q: %w", i.Place, i.Path, err)
	}
	i.SHA256 = [32]byte(h.Sum(nil))
	return nil
}

// A file waits to be digested.
type file struct {
	item    *Item
	content squashfs.Content
}

// root lists the root file system, several files at a time.
func (l *lister) root(i *Image) error {
	root, err := i.Root()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(l.ctx)
	defer cancel(nil)
	l.ctx = ctx
	queue := make(chan file, 64)
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for f := range queue {
				if ctx.Err() != nil {
					continue
				}
				if err := f.item.digest(io.NewSectionReader(f.content, 0, f.content.Size())); err != nil {
					cancel(err)
				}
			}
		})
	}
	err = root.Walk(func(h *squashfs.Header, content squashfs.Content) error {
		item, err := l.note(RootEntry(h, content))
		if err == nil && content != nil {
			queue <- file{item, content}
		}
		return err
	})
	close(queue)
	workers.Wait()
	if err == nil {
		err = context.Cause(ctx)
	}
	return err
}
