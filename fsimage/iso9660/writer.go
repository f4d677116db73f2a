package iso9660

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"
	"time"
	"unicode/utf8"
)

// A Header describes one file, directory or symbolic link.
type Header struct {
	// Name is the path below the root, as [fs.ValidPath] has it. Its elements
	// have up to 253 bytes.
	Name string

	// Mode is the type and permission of a regular file, a directory or a
	// symbolic link.
	Mode fs.FileMode

	UID, GID uint32 // owner

	// Size is the length of a file in bytes.
	Size int64

	// ModTime is recorded as the time of change, access and change of
	// attributes.
	ModTime time.Time

	// Linkname is the target of a symbolic link, up to 4095 bytes.
	Linkname string
}

// A Writer makes an image. Its methods must not be called concurrently.
type Writer struct {
	w      io.Writer
	volume Volume
	root   *node
	byName map[string]*node
	closed bool

	maxExtent int64 // smaller in tests
}

// A node is a file on its way into the image.
type node struct {
	Header
	content  io.Reader
	implied  bool // by a longer path
	parent   *node
	children []*node
	serial   uint32   // distinguishes files, from 1
	extents  []extent // of a file's content
}

// An extent is a run of blocks.
type extent struct {
	block uint32
	size  uint32 // in bytes
}

// NewWriter returns a Writer of an image to w.
func NewWriter(w io.Writer, v Volume) *Writer {
	if v.Modified.IsZero() {
		v.Modified = v.Created
	}
	root := &node{Header: Header{Name: ".", Mode: fs.ModeDir | 0o755, ModTime: v.Created}, implied: true}
	root.parent = root
	return &Writer{w: w, volume: v, root: root, byName: map[string]*node{".": root}, maxExtent: maxExtent}
}

// Add puts a file, directory or symbolic link into the image. Directories on
// the way to it that were not added are made with mode 0755 and the volume's
// time; the root itself may be added as ".". The content of a file must be
// h.Size bytes; it is read during Close, one file after the other, and may be
// nil if the size is 0. The order in which entries are added does not matter.
func (w *Writer) Add(h *Header, content io.Reader) error {
	if err := w.add(h, content); err != nil {
		return fmt.Errorf("iso9660: add %q: %w", h.Name, err)
	}
	return nil
}

func (w *Writer) add(h *Header, content io.Reader) error {
	if w.closed {
		return errors.New("writer is closed")
	}
	if err := h.check(); err != nil {
		return err
	}
	if h.Size > 0 && content == nil {
		return errors.New("no content")
	}
	n, err := w.insert(h.Name)
	if err != nil {
		return err
	}
	if !n.implied || len(n.children) > 0 && !h.Mode.IsDir() {
		return errors.New("added twice")
	}
	n.Header, n.content, n.implied = *h, content, false
	return nil
}

// check refuses what cannot be recorded.
func (h *Header) check() error {
	if !fs.ValidPath(h.Name) {
		return errors.New("not a path")
	}
	if h.Name == "." && !h.Mode.IsDir() {
		return errors.New("the root is a directory")
	}
	base := path.Base(h.Name)
	if len(base) > maxName || strings.IndexByte(base, 0) >= 0 {
		return fmt.Errorf("name is longer than %d bytes or contains NUL", maxName)
	}
	if t := h.Mode.Type(); t != 0 && t != fs.ModeDir && t != fs.ModeSymlink {
		return fmt.Errorf("mode %v is none of file, directory and symbolic link", h.Mode)
	}
	if h.Size < 0 || h.Size != 0 && !h.Mode.IsRegular() {
		return fmt.Errorf("size %d is out of range", h.Size)
	}
	if err := h.checkLink(); err != nil {
		return err
	}
	_, err := packTime(h.ModTime)
	return err
}

func (h *Header) checkLink() error {
	target := strings.TrimPrefix(h.Linkname, "/")
	switch {
	case (h.Mode.Type() == fs.ModeSymlink) != (h.Linkname != ""):
		return errors.New("a symbolic link must have a target, anything else none")
	case len(h.Linkname) > maxLink || strings.IndexByte(h.Linkname, 0) >= 0 || !utf8.ValidString(h.Linkname):
		return fmt.Errorf("target is longer than %d bytes, contains NUL or is not UTF-8", maxLink)
	case strings.HasPrefix(target, "/") || strings.Contains(target, "//") || strings.HasSuffix(target, "/"):
		// RRIP records elements, and these have none.
		return fmt.Errorf("target %q has an empty element", h.Linkname)
	}
	return nil
}

// insert returns the node of a path, made as an implied directory, and its
// parents likewise, if it is not there.
func (w *Writer) insert(name string) (*node, error) {
	if n := w.byName[name]; n != nil {
		return n, nil
	}
	parent, err := w.insert(path.Dir(name))
	if err != nil {
		return nil, err
	}
	if !parent.Mode.IsDir() {
		return nil, fmt.Errorf("%q is not a directory", parent.Name)
	}
	if len(path.Base(name)) > maxName {
		return nil, fmt.Errorf("name is longer than %d bytes", maxName)
	}
	n := &node{Header: Header{Name: name, Mode: fs.ModeDir | 0o755, ModTime: w.volume.Created}, implied: true, parent: parent}
	parent.children = append(parent.children, n)
	w.byName[name] = n
	return n, nil
}

// Close lays the image out and writes it. It does not close the underlying
// writer.
func (w *Writer) Close() error {
	if w.closed {
		return errors.New("iso9660: writer is closed")
	}
	w.closed = true
	if err := w.close(); err != nil {
		return fmt.Errorf("iso9660: %w", err)
	}
	return nil
}

func (w *Writer) close() error {
	if err := w.volume.check(); err != nil {
		return err
	}
	l, err := w.layout()
	if err != nil {
		return err
	}
	return l.write(w.w)
}

// walk calls f for n and all below it, in the order of path.
func (n *node) walk(f func(*node)) {
	f(n)
	for _, c := range n.children {
		c.walk(f)
	}
}
