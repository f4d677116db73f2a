package iso9660

import (
	"errors"
	"io"
	"io/fs"
	"slices"
	"strings"
	"time"
)

// Open opens a file or directory, following symbolic links within the image.
// Files implement [io.ReaderAt] and [io.Seeker], directories [fs.ReadDirFile].
func (r *Reader) Open(name string) (fs.File, error) {
	f, err := r.find("open", name, true)
	if err != nil {
		return nil, err
	}
	if f.Mode.IsDir() {
		return &openDir{file: f}, nil
	}
	return &openFile{io.NewSectionReader(&content{r.r, f.extents, f.Size}, 0, f.Size), f}, nil
}

// Stat describes a file or directory, following symbolic links.
func (r *Reader) Stat(name string) (fs.FileInfo, error) {
	f, err := r.find("stat", name, true)
	if err != nil {
		return nil, err
	}
	return info{f}, nil
}

// Lstat describes a file, directory or symbolic link.
func (r *Reader) Lstat(name string) (fs.FileInfo, error) {
	f, err := r.find("lstat", name, false)
	if err != nil {
		return nil, err
	}
	return info{f}, nil
}

// Place returns where the content of a file lies in the image: offset and size
// in bytes. Files are written in one piece, but other programs' images may have
// some in several, of which there is no single place.
func (r *Reader) Place(name string) (offset, size int64, err error) {
	f, err := r.find("place", name, true)
	if err != nil {
		return 0, 0, err
	}
	if !f.Mode.IsRegular() {
		return 0, 0, &fs.PathError{Op: "place", Path: name, Err: fs.ErrInvalid}
	}
	for i, x := range f.extents {
		at := int64(x.block) * blockSize
		if i == 0 {
			offset = at
		}
		if at != offset+size {
			return 0, 0, &fs.PathError{Op: "place", Path: name, Err: errPieces}
		}
		size += int64(x.size)
	}
	return offset, f.Size, nil
}

// ReadLink returns the target of a symbolic link.
func (r *Reader) ReadLink(name string) (string, error) {
	f, err := r.find("readlink", name, false)
	if err != nil {
		return "", err
	}
	if f.Linkname == "" {
		return "", &fs.PathError{Op: "readlink", Path: name, Err: fs.ErrInvalid}
	}
	return f.Linkname, nil
}

// ReadDir lists a directory by name.
func (r *Reader) ReadDir(name string) ([]fs.DirEntry, error) {
	f, err := r.find("readdir", name, true)
	if err != nil {
		return nil, err
	}
	if !f.Mode.IsDir() {
		return nil, &fs.PathError{Op: "readdir", Path: name, Err: errNotDir}
	}
	return f.entries(), nil
}

var (
	errNotDir = errors.New("not a directory")
	errLoop   = errors.New("too many symbolic links")
	errPieces = errors.New("in several pieces")
)

// maxLinks is the number of symbolic links to follow, as in Linux.
const maxLinks = 40

// find follows a path, and a link at its end if follow says so.
func (r *Reader) find(op, name string, follow bool) (*file, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: op, Path: name, Err: fs.ErrInvalid}
	}
	f, err := r.resolve(name, follow)
	if err != nil {
		return nil, &fs.PathError{Op: op, Path: name, Err: err}
	}
	return f, nil
}

func (r *Reader) resolve(name string, follow bool) (*file, error) {
	f, links := r.root, 0
	for elem := ""; name != ""; {
		elem, name, _ = strings.Cut(name, "/")
		switch elem {
		case "", ".":
			continue
		case "..":
			f = f.parent
			continue
		}
		child := f.child(elem)
		if child == nil {
			return nil, fs.ErrNotExist
		}
		if target := child.Linkname; target != "" && (follow || name != "") {
			if links++; links > maxLinks {
				return nil, errLoop
			}
			if strings.HasPrefix(target, "/") {
				f = r.root
			}
			name = target + "/" + name
			continue
		}
		f = child
	}
	return f, nil
}

func (f *file) child(name string) *file {
	i, ok := slices.BinarySearchFunc(f.children, name, func(c *file, name string) int {
		return strings.Compare(c.name, name)
	})
	if !ok {
		return nil
	}
	return f.children[i]
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
