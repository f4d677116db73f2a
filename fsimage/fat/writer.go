package fat

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"path"
	"slices"
	"strings"
	"time"
)

// A Header describes one file or directory.
type Header struct {
	// Name is the path below the root, as [fs.ValidPath] has it.
	Name string

	// Mode is a regular file's or a directory's. Without the owner's write
	// bit the entry is marked read-only.
	Mode fs.FileMode

	// Size is the length of a file in bytes, below 4 GiB.
	Size int64

	// ModTime is recorded as the time of creation, access and change.
	ModTime time.Time
}

// A Writer makes a file system image. Its methods must not be called
// concurrently.
type Writer struct {
	w      io.Writer
	volume Volume
	root   *node
	byName map[string]*node // by folded path
	closed bool
}

// A node is a file or directory on its way into the image.
type node struct {
	Header
	content  io.Reader
	implied  bool  // by a longer path
	parent   *node // nil for the root
	children []*node

	short    shortName
	isShort  bool // the short name says it all
	time     uint32
	first    uint32 // cluster
	clusters uint32
	label    *slot // of the root
}

// NewWriter returns a Writer of an image to w.
func NewWriter(w io.Writer, v Volume) *Writer {
	root := &node{Header: Header{Name: ".", Mode: fs.ModeDir | 0o755}}
	return &Writer{w: w, volume: v, root: root, byName: map[string]*node{".": root}}
}

// Add puts a file or directory into the image. Directories on the way to it
// that were not added are made with the volume's time. The content of a file
// must be h.Size bytes; it is read during Close, and may be nil if the size is
// 0. The order in which entries are added does not matter.
func (w *Writer) Add(h *Header, content io.Reader) error {
	if err := w.add(h, content); err != nil {
		return fmt.Errorf("fat: add %q: %w", h.Name, err)
	}
	return nil
}

func (w *Writer) add(h *Header, content io.Reader) error {
	if w.closed {
		return errors.New("writer is closed")
	}
	if !fs.ValidPath(h.Name) || h.Name == "." {
		return errors.New("not a path below the root")
	}
	if t := h.Mode.Type(); t != 0 && t != fs.ModeDir {
		return fmt.Errorf("mode %v is neither a file's nor a directory's", h.Mode)
	}
	if h.Size < 0 || h.Size > math.MaxUint32 || h.Mode.IsDir() && h.Size != 0 {
		return fmt.Errorf("size %d is out of range", h.Size)
	}
	if h.Size > 0 && content == nil {
		return errors.New("no content")
	}
	stamp, err := packTime(h.ModTime)
	if err != nil {
		return err
	}
	n, err := w.insert(h.Name)
	if err != nil {
		return err
	}
	if !n.implied || len(n.children) > 0 && !h.Mode.IsDir() {
		return errors.New("added twice")
	}
	n.Header, n.content, n.time, n.implied = *h, content, stamp, false
	return nil
}

// insert returns the node of a path, made as an implied directory, and its
// parents likewise, if it is not there.
func (w *Writer) insert(name string) (*node, error) {
	key := foldName(name)
	if n := w.byName[key]; n != nil {
		if n.Name != name {
			return nil, fmt.Errorf("differs only in case from %q", n.Name)
		}
		return n, nil
	}
	if err := checkName(path.Base(name)); err != nil {
		return nil, err
	}
	parent, err := w.insert(path.Dir(name))
	if err != nil {
		return nil, err
	}
	if !parent.Mode.IsDir() {
		return nil, fmt.Errorf("%q is not a directory", parent.Name)
	}
	stamp, err := packTime(w.volume.Time)
	if err != nil {
		return nil, err
	}
	n := &node{Header: Header{Name: name, Mode: fs.ModeDir | 0o755}, time: stamp, implied: true, parent: parent}
	parent.children = append(parent.children, n)
	w.byName[key] = n
	return n, nil
}

// Close lays the volume out and writes it. It does not close the underlying
// writer.
func (w *Writer) Close() error {
	if w.closed {
		return errors.New("fat: writer is closed")
	}
	w.closed = true
	if err := w.close(); err != nil {
		return fmt.Errorf("fat: %w", err)
	}
	return nil
}

func (w *Writer) close() error {
	if err := w.root.nameChildren(); err != nil {
		return err
	}
	if err := w.label(); err != nil {
		return err
	}
	nodes := w.root.walk(nil)
	g, err := w.volume.geometry(func(typ Type, clusterSize int) uint64 {
		return clustersOf(nodes, typ, clusterSize)
	})
	if err != nil {
		return err
	}
	if slots := w.root.slots(); g.rootSlots > 0 && slots > int(g.rootSlots) {
		return fmt.Errorf("root directory needs %d slots, FAT16 has %d", slots, g.rootSlots)
	}
	out := &image{w: w.w, g: &g}
	out.boot(&w.volume, place(nodes, &g))
	for range g.copies {
		out.table(nodes)
	}
	for _, n := range nodes {
		if err := out.node(n); err != nil {
			return fmt.Errorf("write %q: %w", n.Name, err)
		}
	}
	out.zeros(int64(g.total)*sectorSize - out.n)
	return out.err
}

// label gives the root its volume label.
func (w *Writer) label() error {
	if w.volume.Label == "" {
		return nil
	}
	name, err := packLabel(w.volume.Label)
	if err != nil {
		return err
	}
	stamp, err := packTime(w.volume.Time)
	w.root.label = &slot{name: name, attr: attrLabel, time: stamp}
	return err
}

// nameChildren sorts directories and gives short names throughout.
func (n *node) nameChildren() error {
	slices.SortFunc(n.children, func(a, b *node) int { return strings.Compare(a.Name, b.Name) })
	used := map[shortName]bool{}
	for _, c := range n.children {
		if c.short, c.isShort = exactShort(path.Base(c.Name)); c.isShort {
			used[c.short] = true
		}
	}
	for _, c := range n.children {
		if !c.isShort {
			var err error
			if c.short, err = inventShort(path.Base(c.Name), used); err != nil {
				return fmt.Errorf("%q: %w", c.Name, err)
			}
			used[c.short] = true
		}
		if err := c.nameChildren(); err != nil {
			return err
		}
	}
	if n.slots() > 1<<16 {
		return fmt.Errorf("directory %q needs more than 65536 slots", n.Name)
	}
	return nil
}

// walk appends n and all below it, in the order in which they are placed.
func (n *node) walk(nodes []*node) []*node {
	nodes = append(nodes, n)
	for _, c := range n.children {
		nodes = c.walk(nodes)
	}
	return nodes
}

// slots is the number of slots of a directory. The root has a label instead of
// the two dot entries.
func (n *node) slots() int {
	slots := 2
	if n.isRoot() {
		slots = 1
	}
	for _, c := range n.children {
		slots++
		if !c.isShort {
			slots += longSlots(path.Base(c.Name))
		}
	}
	return slots
}
