package fat

import (
	"errors"
	"io"
	"io/fs"
	"strings"
	"time"
)

// Open opens a file or directory. Files implement [io.ReaderAt] and
// [io.Seeker], directories [fs.ReadDirFile].
func (r *Reader) Open(name string) (fs.File, error) {
	f, err := r.find("open", name)
	if err != nil {
		return nil, err
	}
	if f.Mode.IsDir() {
		return &openDir{file: f}, nil
	}
	return &openFile{io.NewSectionReader(&content{r, f.runs, f.Size}, 0, f.Size), f}, nil
}

// Stat describes a file or directory.
func (r *Reader) Stat(name string) (fs.FileInfo, error) {
	f, err := r.find("stat", name)
	if err != nil {
		return nil, err
	}
	return info{f}, nil
}

// ReadDir lists a directory by name.
func (r *Reader) ReadDir(name string) ([]fs.DirEntry, error) {
	f, err := r.find("readdir", name)
	if err != nil {
		return nil, err
	}
	if !f.Mode.IsDir() {
		return nil, &fs.PathError{Op: "readdir", Path: name, Err: errNotDir}
	}
	return f.entries(), nil
}

var errNotDir = errors.New("not a directory")

// find looks a path up without regard to case.
func (r *Reader) find(op, name string) (*file, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: op, Path: name, Err: fs.ErrInvalid}
	}
	f := r.root
	if name == "." {
		return f, nil
	}
	for elem := range strings.SplitSeq(name, "/") {
		if f = f.byName[foldName(elem)]; f == nil {
			return nil, &fs.PathError{Op: op, Path: name, Err: fs.ErrNotExist}
		}
	}
	return f, nil
}

func (f *file) entries() []fs.DirEntry {
	list := make([]fs.DirEntry, len(f.children))
	for i, c := range f.children {
		list[i] = fs.FileInfoToDirEntry(info{c})
	}
	return list
}

// info implements fs.FileInfo.
type info struct{ f *file }

func (i info) Name() string       { return i.f.name }
func (i info) Size() int64        { return i.f.Size }
func (i info) Mode() fs.FileMode  { return i.f.Mode }
func (i info) ModTime() time.Time { return i.f.ModTime }
func (i info) IsDir() bool        { return i.f.Mode.IsDir() }

func (i info) Sys() any {
	h := i.f.Header
	h.Name = i.f.path()
	return &h
}

type openFile struct {
	*io.SectionReader
	f *file
}

func (o *openFile) Stat() (fs.FileInfo, error) { return info{o.f}, nil }
func (o *openFile) Close() error               { return nil }

type openDir struct {
	*file
	next int
}

func (o *openDir) Stat() (fs.FileInfo, error) { return info{o.file}, nil }
func (o *openDir) Close() error               { return nil }

func (o *openDir) Read([]byte) (int, error) {
	return 0, &fs.PathError{Op: "read", Path: o.path(), Err: errors.New("is a directory")}
}

func (o *openDir) ReadDir(n int) ([]fs.DirEntry, error) {
	rest := o.entries()[o.next:]
	if n > 0 && len(rest) == 0 {
		return nil, io.EOF
	}
	if n > 0 && len(rest) > n {
		rest = rest[:n]
	}
	o.next += len(rest)
	return rest, nil
}
