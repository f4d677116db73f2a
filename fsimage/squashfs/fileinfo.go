package squashfs

import (
	"errors"
	"io"
	"io/fs"
	"path"
	"time"
)

func (r *Reader) fileInfo(name string, n *node) (*fileInfo, error) {
	h, err := r.header(name, n)
	if err != nil {
		return nil, err
	}
	return &fileInfo{h, n}, nil
}

// A fileInfo is an fs.FileInfo and, being as much as an entry can tell, an
// fs.DirEntry.
type fileInfo struct {
	header *Header
	node   *node
}

func (i *fileInfo) Name() string               { return path.Base(i.header.Name) }
func (i *fileInfo) Mode() fs.FileMode          { return i.header.Mode }
func (i *fileInfo) Type() fs.FileMode          { return i.header.Mode.Type() }
func (i *fileInfo) ModTime() time.Time         { return i.header.ModTime }
func (i *fileInfo) IsDir() bool                { return i.header.Mode.IsDir() }
func (i *fileInfo) Sys() any                   { return i.header }
func (i *fileInfo) Info() (fs.FileInfo, error) { return i, nil }
func (i *fileInfo) Stat() (fs.FileInfo, error) { return i, nil }
func (i *fileInfo) String() string             { return fs.FormatFileInfo(i) }
func (i *fileInfo) Close() error               { return nil }

// Size returns the size of a regular file or of the target of a symbolic link.
func (i *fileInfo) Size() int64 {
	if i.node.kind.IsRegular() {
		return int64(i.node.file.size)
	}
	return int64(len(i.node.target))
}

// An openFile is an open file that is no directory.
type openFile struct {
	*fileInfo
	*io.SectionReader
}

// Size returns the size of the file.
func (f *openFile) Size() int64 { return f.SectionReader.Size() }

// An openDir is an open directory.
type openDir struct {
	*fileInfo
	r      *Reader
	names  []nameRef
	loaded bool
}

func (d *openDir) error(op string, err error) error {
	return &fs.PathError{Op: op, Path: d.header.Name, Err: err}
}

// Read fails: a directory has no bytes.
func (d *openDir) Read([]byte) (int, error) {
	return 0, d.error("read", errIsDir)
}

// ReadDir implements [fs.ReadDirFile].
func (d *openDir) ReadDir(n int) ([]fs.DirEntry, error) {
	if !d.IsDir() {
		return nil, d.error("readdir", errors.New("not a directory"))
	}
	if !d.loaded {
		names, err := d.r.names(d.node)
		if err != nil {
			return nil, d.error("readdir", err)
		}
		d.names, d.loaded = names, true
	}
	count := len(d.names)
	if n > 0 {
		count = min(n, count)
		if count == 0 {
			return nil, io.EOF
		}
	}
	entries := make([]fs.DirEntry, 0, count)
	for _, e := range d.names[:count] {
		child, err := d.r.node(e.ref)
		if err != nil {
			return entries, d.error("readdir", err)
		}
		info, err := d.r.fileInfo(path.Join(d.header.Name, e.name), child)
		if err != nil {
			return entries, d.error("readdir", err)
		}
		entries = append(entries, info)
	}
	d.names = d.names[count:]
	return entries, nil
}
