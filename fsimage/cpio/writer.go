package cpio

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"strings"
	"time"
)

var (
	// ErrWriteTooLong is returned by Write when more bytes are written than the
	// entry's Size.
	ErrWriteTooLong = errors.New("cpio: write too long")

	// ErrWriteAfterClose is returned by calls on a closed Writer.
	ErrWriteAfterClose = errors.New("cpio: write after close")
)

// A Writer makes an archive. WriteHeader begins an entry, Write supplies its
// content, Close ends the archive.
type Writer struct {
	w       io.Writer
	name    string // of the current entry
	left    int64  // bytes of content the current entry still lacks
	pad     int64  // zeros to write after them
	written int64
	inodes  map[string]*inode
	lastIno uint32
	err     error // sticks: a half-written archive is not continued
}

// An inode is what the names of one file share.
type inode struct {
	mode   fs.FileMode
	header fields
	target string // of a symbolic link
	links  uint32 // names written so far
}

// NewWriter returns a Writer that writes to w.
func NewWriter(w io.Writer) *Writer {
	return &Writer{w: w, inodes: make(map[string]*inode)}
}

// WriteHeader begins the next entry. The content of the one before must be
// complete. A name can be written once.
func (w *Writer) WriteHeader(h *Header) error {
	if err := w.finish(); err != nil {
		return err
	}
	node, size, err := w.inode(h)
	if err != nil {
		return w.fail(fmt.Errorf("cpio: %q: %w", h.Name, err))
	}
	w.inodes[h.Name] = node
	node.links++
	// The kernel ignores a name of a symbolic link that comes without the target.
	size += int64(len(node.target))
	f := node.header
	f[fieldSize] = uint32(size)
	w.entry(f, h.Name)
	w.put([]byte(node.target))
	w.name, w.left, w.pad = h.Name, size-int64(len(node.target)), padding(size, alignment)
	return w.err
}

// inode returns the inode of h, a new one unless h is a hard link, and the size
// of the content that the caller writes for this name.
func (w *Writer) inode(h *Header) (*inode, int64, error) {
	if err := checkName(h.Name); err != nil {
		return nil, 0, err
	}
	if w.inodes[h.Name] != nil {
		return nil, 0, errors.New("written twice")
	}
	if h.Hardlink != "" {
		node, err := w.linked(h.Hardlink)
		return node, 0, err
	}
	f, err := newFields(h)
	if err != nil {
		return nil, 0, err
	}
	w.lastIno++
	f[fieldIno] = w.lastIno
	return &inode{mode: h.Mode, header: f, target: h.Linkname}, h.Size, nil
}

// linked returns the inode of the earlier entry that a hard link names.
func (w *Writer) linked(name string) (*inode, error) {
	node := w.inodes[name]
	switch {
	case node == nil:
		return nil, fmt.Errorf("hard link to %q, which is not an earlier entry", name)
	case node.mode.IsDir():
		return nil, fmt.Errorf("hard link to %q, a directory", name)
	case node.links >= node.header[fieldNlink]:
		return nil, fmt.Errorf("hard link to %q, which announced %d names", name, node.header[fieldNlink])
	}
	return node, nil
}

// Write adds content to the current entry.
func (w *Writer) Write(p []byte) (int, error) {
	if w.err != nil {
		return 0, w.err
	}
	if int64(len(p)) > w.left {
		n := w.put(p[:w.left])
		w.left -= int64(n)
		if w.err != nil {
			return n, w.err
		}
		return n, ErrWriteTooLong
	}
	n := w.put(p)
	w.left -= int64(n)
	return n, w.err
}

// Close writes the end of the archive. It fails if the last entry lacks content
// or a file lacks names its Nlink announced. The underlying writer stays open.
func (w *Writer) Close() error {
	if w.err == ErrWriteAfterClose {
		return nil
	}
	if err := w.finish(); err != nil {
		return err
	}
	if err := w.checkLinks(); err != nil {
		return w.fail(err)
	}
	w.entry(fields{fieldNlink: 1}, trailer)
	w.put(make([]byte, padding(w.written, blockSize)))
	if w.err != nil {
		return w.err
	}
	w.err = ErrWriteAfterClose
	return nil
}

// checkLinks reports the first name, in sorted order, of a file that was to have
// more names.
func (w *Writer) checkLinks() error {
	var first string
	for name, node := range w.inodes {
		lacking := !node.mode.IsDir() && node.links < node.header[fieldNlink]
		if lacking && (first == "" || name < first) {
			first = name
		}
	}
	if first == "" {
		return nil
	}
	node := w.inodes[first]
	return fmt.Errorf("cpio: %q announced %d names, has %d", first, node.header[fieldNlink], node.links)
}

// finish completes the current entry.
func (w *Writer) finish() error {
	if w.err == nil && w.left > 0 {
		return w.fail(fmt.Errorf("cpio: %q lacks %d bytes of content", w.name, w.left))
	}
	w.put(make([]byte, w.pad))
	w.pad = 0
	return w.err
}

// entry writes one header and the name that belongs to it.
func (w *Writer) entry(f fields, name string) {
	f[fieldNameSize] = uint32(len(name)) + 1
	var b strings.Builder
	b.WriteString(magic)
	for _, v := range f {
		fmt.Fprintf(&b, "%08X", v)
	}
	b.WriteString(name)
	n := 1 + padding(int64(b.Len())+1, alignment)
	b.WriteString("\x00\x00\x00\x00"[:n])
	w.put([]byte(b.String()))
}

func (w *Writer) put(p []byte) int {
	if w.err != nil || len(p) == 0 {
		return 0
	}
	n, err := w.w.Write(p)
	w.written += int64(n)
	w.err = err
	return n
}

func (w *Writer) fail(err error) error {
	w.err = err
	return err
}

// fields are the numbers of a header in the order of the format.
type fields [13]uint32

const (
	fieldIno = iota
	fieldMode
	fieldUID
	fieldGID
	fieldNlink
	fieldMtime
	fieldSize
	fieldDevMajor
	fieldDevMinor
	fieldRdevMajor
	fieldRdevMinor
	fieldNameSize
	fieldCheck // 0 in this variant of the format
)

// newFields returns the numbers that all names of h share.
func newFields(h *Header) (f fields, err error) {
	mode, err := unixMode(h.Mode)
	if err != nil {
		return f, err
	}
	mtime, err := seconds(h.ModTime)
	if err != nil {
		return f, err
	}
	if err := checkContent(h); err != nil {
		return f, err
	}
	nlink := max(1, h.Nlink)
	if h.Mode.IsDir() {
		nlink = 2
	}
	return fields{
		fieldMode:      mode,
		fieldUID:       h.UID,
		fieldGID:       h.GID,
		fieldNlink:     nlink,
		fieldMtime:     mtime,
		fieldRdevMajor: h.Devmajor,
		fieldRdevMinor: h.Devminor,
	}, nil
}

// checkContent refuses what does not go with the type of h.
func checkContent(h *Header) error {
	switch {
	case h.Size < 0 || h.Size > math.MaxUint32:
		return fmt.Errorf("size %d is outside 0 to %d", h.Size, uint32(math.MaxUint32))
	case h.Size != 0 && !h.Mode.IsRegular():
		return errors.New("has content, but is not a regular file")
	case (h.Linkname != "") != (h.Mode.Type() == fs.ModeSymlink):
		return errors.New("a symbolic link, and only that, has a target")
	case len(h.Linkname) > maxPath:
		return fmt.Errorf("link target is longer than %d bytes", maxPath)
	case strings.IndexByte(h.Linkname, 0) >= 0:
		return errors.New("link target contains a NUL")
	case h.Mode&fs.ModeDevice == 0 && (h.Devmajor|h.Devminor) != 0:
		return errors.New("has device numbers, but is not a device")
	}
	return nil
}

func seconds(t time.Time) (uint32, error) {
	if t.IsZero() {
		return 0, nil
	}
	s := t.Unix()
	if s < 0 || s > math.MaxUint32 {
		return 0, fmt.Errorf("time %v is outside 1970 to 2106", t.UTC())
	}
	return uint32(s), nil
}
