package squashfs

import (
	"fmt"
	"path"
)

// Walk calls fn for every entry of the image, beginning with the root, each
// directory before what is in it and names in sorted order. Content is nil unless
// the entry is a regular file and no hard link. An error from fn ends the walk and
// is returned.
//
// What fn receives is what [Writer.Add] takes: r.Walk(w.Add) copies an image.
func (r *Reader) Walk(fn func(h *Header, content Content) error) error {
	w := walker{r: r, fn: fn, dirs: make(map[inodeRef]string), files: make(map[inodeRef]string)}
	return w.visit(".", r.s.Root)
}

type walker struct {
	r     *Reader
	fn    func(*Header, Content) error
	dirs  map[inodeRef]string // names of all directories so far
	files map[inodeRef]string // first names of files that have more
}

func (w *walker) visit(name string, ref inodeRef) error {
	n, err := w.r.node(ref)
	if err != nil {
		return fmt.Errorf("squashfs: %q: %w", name, err)
	}
	h, err := w.r.header(name, n)
	if err == nil {
		err = w.identify(h, n)
	}
	if err != nil {
		return fmt.Errorf("squashfs: %q: %w", name, err)
	}
	var content Content
	if n.kind.IsRegular() && h.Hardlink == "" {
		content = w.r.newContent(n)
	}
	if err := w.fn(h, content); err != nil {
		return err
	}
	if n.kind.IsDir() {
		return w.descend(name, n)
	}
	return nil
}

// identify finds hard links. A directory has one name: with more, a hostile image
// could be walked forever.
func (w *walker) identify(h *Header, n *node) error {
	if n.kind.IsDir() {
		if other, ok := w.dirs[n.ref]; ok {
			return fmt.Errorf("is the same directory as %q", other)
		}
		w.dirs[n.ref] = h.Name
		return nil
	}
	if n.links < 2 {
		return nil
	}
	if first, ok := w.files[n.ref]; ok {
		h.Hardlink = first
		return nil
	}
	w.files[n.ref] = h.Name
	return nil
}

func (w *walker) descend(dir string, n *node) error {
	names, err := w.r.names(n)
	if err != nil {
		return fmt.Errorf("squashfs: %q: %w", dir, err)
	}
	for _, e := range names {
		name := path.Join(dir, e.name)
		if len(name) > maxPath {
			return fmt.Errorf("squashfs: %.40q...: path is longer than %d bytes", name, maxPath)
		}
		if err := w.visit(name, e.ref); err != nil {
			return err
		}
	}
	return nil
}
