package cpio

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strconv"
	"strings"
	"time"
)

// A Reader reads archives. Next advances to an entry, Read reads its content.
//
// As in the kernel, several archives may follow each other with zeros in between;
// they are read as one, except that hard links do not reach from one to another.
type Reader struct {
	r      io.Reader
	offset int64
	left   int64 // unread content of the current entry
	pad    int64
	links  map[link]string
	ended  bool // a trailer was read, and no header since
	err    error
}

// A link identifies a file that has more than one name. As to the kernel, files of
// different type are never the same.
type link struct{ devMajor, devMinor, ino, fileType uint32 }

// NewReader returns a Reader that reads from r. It reads no further than it needs
// and in small pieces; a file or pipe wants a bufio.Reader around it.
func NewReader(r io.Reader) *Reader {
	return &Reader{r: r, links: make(map[link]string)}
}

// InputOffset returns how many bytes have been read from the underlying reader.
// After an error from Next it is at most one header behind whatever is not cpio,
// such as a compressed archive that follows this one.
func (r *Reader) InputOffset() int64 { return r.offset }

// Next advances to the next entry, skipping what is left of the current content.
// At the end of the input, if an archive has ended there, the error is io.EOF.
func (r *Reader) Next() (*Header, error) {
	if r.err != nil {
		return nil, r.err
	}
	h, err := r.next()
	if err == io.EOF {
		r.err = io.EOF
		return nil, io.EOF
	}
	if err != nil {
		r.err = fmt.Errorf("cpio: at byte %d: %w", r.offset, err)
		return nil, r.err
	}
	return h, nil
}

func (r *Reader) next() (*Header, error) {
	if err := r.skip(r.left + r.pad); err != nil {
		return nil, err
	}
	r.left, r.pad = 0, 0
	for {
		f, name, err := r.entry()
		if err != nil {
			return nil, err
		}
		if name != trailer {
			return r.header(f, name)
		}
		r.ended = true
		clear(r.links)
		if err := r.skip(r.pad); err != nil {
			return nil, err
		}
	}
}

// entry reads a header and a name, and where an archive may begin the zeros
// before it.
func (r *Reader) entry() (f fields, name string, err error) {
	var raw [headerSize]byte
	first, err := r.firstWord()
	if err != nil {
		return f, "", err
	}
	copy(raw[:], first[:])
	if err := r.full(raw[len(first):]); err != nil {
		return f, "", err
	}
	if string(raw[:len(magic)]) != magic {
		return f, "", fmt.Errorf("no newc header, but %q", raw[:len(magic)])
	}
	for i := range f {
		digits := string(raw[len(magic)+8*i:][:8])
		v, err := strconv.ParseUint(digits, 16, 32)
		if err != nil {
			return f, "", fmt.Errorf("header field %q is not a number", digits)
		}
		f[i] = uint32(v)
	}
	r.ended = false
	name, err = r.name(f[fieldNameSize])
	return f, name, err
}

// firstWord reads the first four bytes of a header. Between archives it skips
// zeros, in words because headers are aligned, and finds the end of the input.
func (r *Reader) firstWord() (word [alignment]byte, err error) {
	for {
		word = [alignment]byte{}
		n, err := io.ReadFull(r.r, word[:])
		r.offset += int64(n)
		between := r.ended || r.offset == int64(n)
		switch {
		case r.ended && (err == io.EOF || err == io.ErrUnexpectedEOF) && word == [alignment]byte{}:
			return word, io.EOF
		case err != nil:
			return word, noEOF(err)
		case word != [alignment]byte{}:
			return word, nil
		case !between:
			return word, errors.New("zeros instead of a header")
		}
		r.ended = true
	}
}

func (r *Reader) name(size uint32) (string, error) {
	if size == 0 || size > maxPath+1 {
		return "", fmt.Errorf("name of %d bytes, must be 1 to %d", size, maxPath+1)
	}
	raw := make([]byte, size+uint32(padding(headerSize+int64(size), alignment)))
	if err := r.full(raw); err != nil {
		return "", err
	}
	name, found := strings.CutSuffix(string(raw[:size]), "\x00")
	if !found || strings.IndexByte(name, 0) >= 0 {
		return "", fmt.Errorf("name %q does not end at its NUL", raw[:size])
	}
	return name, nil
}

func (r *Reader) header(f fields, name string) (*Header, error) {
	mode, err := fileMode(f[fieldMode])
	if err != nil {
		return nil, fmt.Errorf("%q: %w", name, err)
	}
	h := &Header{
		Name:    name,
		Mode:    mode,
		UID:     f[fieldUID],
		GID:     f[fieldGID],
		ModTime: time.Unix(int64(f[fieldMtime]), 0).UTC(),
		Nlink:   f[fieldNlink],
		Size:    int64(f[fieldSize]),
	}
	if mode&fs.ModeDevice != 0 {
		h.Devmajor, h.Devminor = f[fieldRdevMajor], f[fieldRdevMinor]
	}
	r.left, r.pad = h.Size, padding(h.Size, alignment)
	if mode.Type() == fs.ModeSymlink {
		if err := r.linkname(h); err != nil {
			return nil, fmt.Errorf("%q: %w", name, err)
		}
	}
	r.hardlink(h, link{f[fieldDevMajor], f[fieldDevMinor], f[fieldIno], f[fieldMode] & typeMask})
	return h, nil
}

// linkname turns the content of a symbolic link into its Linkname.
func (r *Reader) linkname(h *Header) error {
	if h.Size > maxPath {
		return fmt.Errorf("link target of %d bytes is longer than %d", h.Size, maxPath)
	}
	target := make([]byte, h.Size)
	if err := r.full(target); err != nil {
		return err
	}
	h.Linkname, h.Size, r.left = string(target), 0, 0
	return nil
}

func (r *Reader) hardlink(h *Header, id link) {
	if h.Nlink < 2 || h.Mode.IsDir() {
		return
	}
	first, known := r.links[id]
	if known {
		h.Hardlink = first
		return
	}
	r.links[id] = h.Name
}

// Read reads from the content of the current entry. It returns io.EOF at its end.
func (r *Reader) Read(p []byte) (int, error) {
	if r.err != nil {
		return 0, r.err
	}
	if r.left == 0 {
		return 0, io.EOF
	}
	if int64(len(p)) > r.left {
		p = p[:r.left]
	}
	n, err := r.r.Read(p)
	r.offset += int64(n)
	r.left -= int64(n)
	if err == io.EOF && r.left > 0 {
		r.err = fmt.Errorf("cpio: at byte %d: %w", r.offset, io.ErrUnexpectedEOF)
		return n, r.err
	}
	if err == io.EOF {
		err = nil
	}
	return n, err
}

func (r *Reader) full(p []byte) error {
	n, err := io.ReadFull(r.r, p)
	r.offset += int64(n)
	return noEOF(err)
}

func (r *Reader) skip(n int64) error {
	m, err := io.CopyN(io.Discard, r.r, n)
	r.offset += m
	return noEOF(err)
}

// noEOF turns the end of the input, where more must follow, into an error.
func noEOF(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
