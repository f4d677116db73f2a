package diff

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"unicode/utf8"

	"coen/inspect"

	"github.com/rogpeppe/go-internal/diff"
)

// Bounds on details.
const (
	maxDetail  = 16 << 20 // bytes of a file, packed and unpacked
	maxDetails = 200      // changes that get one
	maxLines   = 40       // of one detail
	maxWidth   = 200      // bytes of a line
)

// explain adds details to the first changes of content.
func (r *Report) explain(ctx context.Context, a, b *Side) error {
	left := maxDetails
	for i := range r.Changes {
		c := &r.Changes[i]
		if c.Kind != Changed || !has(c, "content") || packed(c) {
			continue
		}
		if left--; left < 0 {
			return nil
		}
		if err := context.Cause(ctx); err != nil {
			return err
		}
		if err := r.detail(a, b, c); err != nil {
			return fmt.Errorf("%s %s: %w", c.Place, c.Path, err)
		}
	}
	return nil
}

// packed reports whether the content of a file is compared elsewhere, as a place of
// its own.
func packed(c *Change) bool {
	return c.Place == inspect.OnMedium && c.Follows != "" && c.Follows != string(OfMenu) && c.Follows != string(OfLock)
}

// detail compares the contents of a path, and notes if they differ only in what
// follows from other differences.
func (r *Report) detail(a, b *Side, c *Change) error {
	ca, err := a.open(c.Place, c.Path)
	if err != nil {
		return err
	}
	cb, err := b.open(c.Place, c.Path)
	if err != nil {
		return err
	}
	if ca.Size() > maxDetail || cb.Size() > maxDetail {
		c.Detail, err = firstDifference(ca, cb)
		return err
	}
	da, err := io.ReadAll(io.NewSectionReader(ca, 0, ca.Size()))
	if err != nil {
		return err
	}
	db, err := io.ReadAll(io.NewSectionReader(cb, 0, cb.Size()))
	if err != nil {
		return err
	}
	c.Detail = describeBytes(da, db, 0)
	if c.Follows == "" && c.Place != inspect.InRoot && c.only("content") {
		c.Follows = r.derived(c.Path, da, db)
	}
	return nil
}

// maxDepth is how often a file is unpacked: a compressed archive.
const maxDepth = 2

// describeBytes compares two contents in the terms of what they are.
func describeBytes(a, b []byte, depth int) string {
	if ea, eb := openELF(a), openELF(b); ea != nil && eb != nil {
		return cut(compareELF(ea, eb, a, b))
	}
	if depth < maxDepth {
		for _, p := range packers {
			ua, erra := p.unpack(a)
			ub, errb := p.unpack(b)
			if erra != nil || errb != nil {
				continue
			}
			if bytes.Equal(ua, ub) {
				return "the same content, packed otherwise (" + p.name + ")"
			}
			return "unpacked (" + p.name + "):\n" + describeBytes(ua, ub, depth+1)
		}
	}
	if isText(a) && isText(b) {
		text := string(diff.Diff("a", a, "b", b))
		for range 3 { // the names
			_, text, _ = strings.Cut(text, "\n")
		}
		return cut(text)
	}
	return compareBytes(a, b)
}

func isText(b []byte) bool { return utf8.Valid(b) && !bytes.ContainsRune(b, 0) }

// compareBytes tells where two contents that are no text differ.
func compareBytes(a, b []byte) string {
	n, first := 0, -1
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			if n++; first < 0 {
				first = i
			}
		}
	}
	switch {
	case first < 0:
		return fmt.Sprintf("the first %d bytes are the same; then one ends", min(len(a), len(b)))
	case len(a) != len(b):
		return fmt.Sprintf("from byte %d on: %x, %x", first, window(a, first), window(b, first))
	}
	return fmt.Sprintf("%s of %d, the first at %d: %x, %x", count(n, "byte", "bytes"), len(a), first, window(a, first), window(b, first))
}

// window returns some bytes from a place on.
func window(b []byte, at int) []byte { return b[at:min(at+8, len(b))] }

// firstDifference is compareBytes for contents that are too large for memory.
func firstDifference(a, b Content) (string, error) {
	const size = 1 << 16
	ba, bb := make([]byte, size), make([]byte, size)
	for at := int64(0); at < min(a.Size(), b.Size()); at += size {
		na, err := a.ReadAt(ba, at)
		if err != nil && err != io.EOF {
			return "", err
		}
		nb, err := b.ReadAt(bb, at)
		if err != nil && err != io.EOF {
			return "", err
		}
		n := min(na, nb)
		for i := range n {
			if ba[i] != bb[i] {
				return fmt.Sprintf("from byte %d on: %x, %x", at+int64(i), window(ba[:n], i), window(bb[:n], i)), nil
			}
		}
	}
	return fmt.Sprintf("the first %d bytes are the same; then one ends", min(a.Size(), b.Size())), nil
}

// cut keeps a detail readable, and free of what could steer a terminal.
func cut(text string) string {
	var b strings.Builder
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	for i, line := range lines {
		if i == maxLines {
			fmt.Fprintf(&b, "... and %d lines more", len(lines)-i)
			break
		}
		if len(line) > maxWidth {
			line = line[:maxWidth] + "..."
		}
		b.WriteString(Printable(line) + "\n")
	}
	return strings.TrimRight(b.String(), "\n")
}

// Printable replaces what could steer a terminal.
func Printable(s string) string { return strings.Map(printable, s) }

// printable replaces control characters.
func printable(r rune) rune {
	if r < ' ' && r != '\t' || r == 0x7F || r >= 0x80 && r < 0xA0 || r == utf8.RuneError {
		return '?'
	}
	return r
}

var errNoContent = errors.New("not a regular file")

// opened makes Content of an open file.
func opened(f fs.File, err error) (Content, error) {
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	r, ok := f.(io.ReaderAt)
	if !ok || !info.Mode().IsRegular() {
		return nil, errNoContent
	}
	return io.NewSectionReader(r, 0, info.Size()), nil
}
