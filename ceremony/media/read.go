package media

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// bufferSize is large enough for a flash drive to work at its full speed.
const bufferSize = 1 << 20

// Read reads the tree at dir, which must be a folder and is not left: links are
// not followed. Every file is read once, for the manifest and for the old digest
// together. progress, if not nil, hears of each run of bytes read. What cannot
// be read, or changes meanwhile, is an error: there is no digest of a part.
func Read(ctx context.Context, dir string, progress func(n int64)) (*Manifest, error) {
	info, err := os.Lstat(dir)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return nil, fmt.Errorf("%q is not a folder", dir)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	m, err := list(ctx, dir)
	if err != nil {
		return nil, err
	}
	r := reader{ctx: ctx, root: root, progress: progress, old: sha256.New(), buf: make([]byte, bufferSize)}
	for i := range m.Entries {
		if err := r.read(&m.Entries[i]); err != nil {
			return nil, fmt.Errorf("read %q: %w", dir, err)
		}
	}
	m.Old = [sha256.Size]byte(r.old.Sum(nil))
	return m, nil
}

// list finds what there is, without contents.
func list(ctx context.Context, dir string) (*Manifest, error) {
	modes, err := keepsModes(dir)
	if err != nil {
		return nil, err
	}
	m := &Manifest{}
	err = filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err = errors.Join(err, ctx.Err()); err != nil || name == dir {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		path, err := filepath.Rel(dir, name)
		if err != nil {
			return err
		}
		e := Entry{Path: path, Type: typeOf(info.Mode()), Mode: NoMode}
		if e.content() {
			e.Size = info.Size()
		}
		if modes && e.Type != 'l' {
			e.Mode = modeBits(info.Mode())
		}
		m.Entries = append(m.Entries, e)
		return nil
	})
	m.sort()
	return m, err
}

// A reader reads the contents of one tree.
type reader struct {
	ctx      context.Context
	root     *os.Root
	progress func(int64)
	old      hash.Hash
	buf      []byte
}

// read completes an entry.
func (r *reader) read(e *Entry) error {
	switch e.Type {
	case 'l':
		target, err := r.root.Readlink(e.Path)
		if err != nil {
			return err
		}
		e.Size, e.SHA256 = int64(len(target)), sha256.Sum256([]byte(target))
	case 'f':
		f, err := r.root.Open(e.Path)
		if err != nil {
			return err
		}
		defer f.Close()
		return r.file(e, f)
	}
	return nil
}

// file reads the content of a file whose size was seen before.
func (r *reader) file(e *Entry, f *os.File) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	sum := sha256.New()
	var size int64
	for err = nil; err == nil; {
		if r.ctx.Err() != nil {
			return r.ctx.Err()
		}
		var n int
		n, err = f.Read(r.buf)
		sum.Write(r.buf[:n])
		r.old.Write(r.buf[:n])
		size += int64(n)
		if r.progress != nil && n > 0 {
			r.progress(int64(n))
		}
	}
	if err != io.EOF {
		return err
	}
	if !info.Mode().IsRegular() || size != e.Size {
		return fmt.Errorf("%q changed while it was read", e.Path)
	}
	e.SHA256 = [sha256.Size]byte(sum.Sum(nil))
	return nil
}
