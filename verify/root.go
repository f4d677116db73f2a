package verify

import (
	"context"
	"encoding/hex"
	"fmt"
	"io/fs"

	"coen/fsimage/squashfs"
	"coen/image"
	"coen/inspect"
	"coen/inspect/diff"
	"coen/medium"
)

// A root is the tree that the lock makes, as a side of a comparison.
type root struct {
	items    inspect.Listing
	contents map[string]squashfs.Content
	records  map[string]*medium.Record
	err      error
}

// newRoot lists the tree. Digests are those of the provenance list, which were taken
// from the same contents.
func newRoot(s *image.System) *root {
	r := &root{items: inspect.Listing{}, contents: map[string]squashfs.Content{}, records: map[string]*medium.Record{}}
	for _, a := range s.Records {
		r.records[a.Path] = a
	}
	r.err = image.WalkRoot(s.Tree, func(h *squashfs.Header, content squashfs.Content) error {
		return r.add(inspect.RootEntry(h, content), content)
	})
	return r
}

func (r *root) add(e *inspect.Entry, content squashfs.Content) error {
	item := &inspect.Item{Entry: *e}
	item.Content = nil
	r.items[e.Path] = item
	if first := r.items[e.Hardlink]; first != nil {
		item.SHA256, item.Size, item.Xattrs = first.SHA256, first.Size, first.Xattrs
		r.contents[e.Path] = r.contents[e.Hardlink]
		return nil
	}
	if content == nil {
		return nil
	}
	r.contents[e.Path] = content
	sum, err := hex.DecodeString(r.records[e.Path].Digest)
	if err == nil {
		copy(item.SHA256[:], sum)
	}
	return err
}

// List implements diff.Root.
func (r *root) List(context.Context) (inspect.Listing, error) { return r.items, r.err }

// Open implements diff.Root.
func (r *root) Open(path string) (diff.Content, error) {
	content, ok := r.contents[path]
	if !ok {
		return nil, fmt.Errorf("%s: %w", path, fs.ErrNotExist)
	}
	return content, nil
}

// Author implements diff.Root.
func (r *root) Author(path string) string {
	if a := r.records[path]; a != nil {
		return a.Author()
	}
	return ""
}
