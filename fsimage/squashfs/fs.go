package squashfs

import (
	"errors"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// A Reader is all of these.
var (
	_ fs.FS         = (*Reader)(nil)
	_ fs.StatFS     = (*Reader)(nil)
	_ fs.ReadDirFS  = (*Reader)(nil)
	_ fs.ReadFileFS = (*Reader)(nil)
	_ fs.ReadLinkFS = (*Reader)(nil)
)

var errIsDir = errors.New("is a directory")

// maxLinks is how many symbolic links Linux follows in one path.
const maxLinks = 40

// Open opens the named file as [fs.FS] wants it. Symbolic links are followed, and
// never lead out of the image: it is what an absolute target and ".." in the root
// refer to. An open regular file is also an [io.Seeker] and [io.ReaderAt]; one
// that is neither that nor a directory reads as empty.
//
// The Sys method of every [fs.FileInfo] returns a *[Header], in which Name is the
// path without symbolic links and Hardlink is not set.
func (r *Reader) Open(name string) (fs.File, error) {
	info, err := r.lookup("open", name, true)
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return &openDir{fileInfo: info, r: r}, nil
	}
	f := &openFile{fileInfo: info, SectionReader: io.NewSectionReader(strings.NewReader(""), 0, 0)}
	if info.node.kind.IsRegular() {
		f.SectionReader = io.NewSectionReader(r.newContent(info.node), 0, info.Size())
	}
	return f, nil
}

// Stat implements [fs.StatFS]. It follows symbolic links.
func (r *Reader) Stat(name string) (fs.FileInfo, error) {
	info, err := r.lookup("stat", name, true)
	if err != nil {
		return nil, err
	}
	return info, nil
}

// Lstat implements [fs.ReadLinkFS]. It does not follow a symbolic link that name
// itself is.
func (r *Reader) Lstat(name string) (fs.FileInfo, error) {
	info, err := r.lookup("lstat", name, false)
	if err != nil {
		return nil, err
	}
	return info, nil
}

// ReadLink implements [fs.ReadLinkFS].
func (r *Reader) ReadLink(name string) (string, error) {
	info, err := r.lookup("readlink", name, false)
	if err != nil {
		return "", err
	}
	if info.node.kind != fs.ModeSymlink {
		return "", &fs.PathError{Op: "readlink", Path: name, Err: fs.ErrInvalid}
	}
	return info.node.target, nil
}

// ReadDir implements [fs.ReadDirFS].
func (r *Reader) ReadDir(name string) ([]fs.DirEntry, error) {
	info, err := r.lookup("readdir", name, true)
	if err != nil {
		return nil, err
	}
	return (&openDir{fileInfo: info, r: r}).ReadDir(-1)
}

// maxReadFile bounds what ReadFile reads: holes let a small image have huge files.
const maxReadFile = 1 << 30

// ReadFile implements [fs.ReadFileFS]. It refuses files of more than 1 GiB, and
// does not rely on the size that an image claims: the file must have as many blocks.
func (r *Reader) ReadFile(name string) ([]byte, error) {
	info, err := r.lookup("open", name, true)
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return nil, &fs.PathError{Op: "read", Path: name, Err: errIsDir}
	}
	if !info.node.kind.IsRegular() {
		return nil, nil
	}
	c := r.newContent(info.node)
	if c.Size() > maxReadFile {
		return nil, &fs.PathError{Op: "read", Path: name, Err: errors.New("file is too large")}
	}
	if c.once.Do(c.load); c.err != nil {
		return nil, &fs.PathError{Op: "read", Path: name, Err: c.err}
	}
	b := make([]byte, c.Size())
	if _, err := c.ReadAt(b, 0); err != nil {
		return nil, &fs.PathError{Op: "read", Path: name, Err: err}
	}
	return b, nil
}

// lookup finds the node of a name.
func (r *Reader) lookup(op, name string, follow bool) (*fileInfo, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: op, Path: name, Err: fs.ErrInvalid}
	}
	info, err := r.resolve(name, follow)
	if err != nil {
		return nil, &fs.PathError{Op: op, Path: name, Err: err}
	}
	return info, nil
}

// resolve goes down a path element by element.
func (r *Reader) resolve(name string, follow bool) (*fileInfo, error) {
	root, err := r.node(r.s.Root)
	if err != nil {
		return nil, err
	}
	trail := []*node{root} // the directories that lead to the last of them
	var names []string
	todo := strings.Split(name, "/")
	for links := 0; len(todo) > 0; {
		element := todo[0]
		todo = todo[1:]
		here := trail[len(trail)-1]
		switch {
		case !here.kind.IsDir():
			return nil, fs.ErrNotExist
		case element == "" || element == ".":
			continue
		case element == "..":
			trail = trail[:max(1, len(trail)-1)]
			names = names[:len(trail)-1]
			continue
		}
		next, err := r.child(here, element)
		if err != nil {
			return nil, err
		}
		if next.kind == fs.ModeSymlink && (follow || len(todo) > 0) {
			if links++; links > maxLinks {
				return nil, errors.New("too many symbolic links")
			}
			if strings.HasPrefix(next.target, "/") {
				trail, names = trail[:1], nil
			}
			todo = append(strings.Split(next.target, "/"), todo...)
			continue
		}
		trail, names = append(trail, next), append(names, element)
	}
	return r.fileInfo(path.Join(append([]string{"."}, names...)...), trail[len(trail)-1])
}

func (r *Reader) child(dir *node, element string) (*node, error) {
	names, err := r.names(dir)
	if err != nil {
		return nil, err
	}
	i, ok := slices.BinarySearchFunc(names, element, func(n nameRef, s string) int { return strings.Compare(n.name, s) })
	if !ok {
		return nil, fs.ErrNotExist
	}
	return r.node(names[i].ref)
}
