package diff

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"

	"coen/debian/deb822"
	"coen/fsimage/cpio"
	"coen/inspect"
	"coen/lock"
	"coen/medium"
	"coen/recipe"
)

// A Side is one of the two that are compared.
type Side struct {
	Name  string         // as the user calls it
	Image *inspect.Image // nil if there is only a lock
	Lock  *lock.Lock     // nil: that on the medium, if there is one
	Root  Root           // nil: the root file system of the image

	authors map[string]*medium.Record
	recipe  *recipe.Recipe
}

// A Root is a root file system that is not one of an image, but what an image should
// have. If A has one, the authors in a report are those it names.
type Root interface {
	// List returns what is in it.
	List(ctx context.Context) (inspect.Listing, error)
	// Open returns the content of a regular file by its absolute path.
	Open(path string) (Content, error)
	// Author says who wrote a path.
	Author(path string) string
}

// Content is that of a file.
type Content interface {
	io.ReaderAt
	Size() int64
}

// load reads what lies on the medium about the image. What is not there is no
// error: not every image has it.
func (s *Side) load() {
	if s.Image == nil {
		return
	}
	if s.Lock == nil {
		s.Lock, _ = s.Image.Lock()
	}
	s.recipe, _ = s.Image.Recipe()
	if s.Root == nil {
		s.authors, _ = s.Image.Authors()
	}
}

// subject describes the side, with the SHA-256 of the whole image if that is wanted.
func (s *Side) subject(ctx context.Context, whole bool) (Subject, error) {
	u := Subject{Name: s.Name}
	if s.Lock != nil {
		u.Lock = s.Lock.Digest().String()
	}
	if s.recipe != nil {
		u.Release = s.recipe.Name + " " + s.recipe.Release
	}
	if s.Image == nil {
		return u, nil
	}
	u.Size = s.Image.Size
	if !whole {
		return u, nil
	}
	sum, err := Digest(ctx, s.Image.Bytes())
	u.SHA256 = fmt.Sprintf("%x", sum)
	return u, err
}

func (s *Side) list(ctx context.Context, p inspect.Place) (inspect.Listing, error) {
	if p == inspect.InRoot && s.Root != nil {
		return s.Root.List(ctx)
	}
	return s.Image.List(ctx, p)
}

// author says who wrote an item of this side.
func (s *Side) author(p inspect.Place, path string) string {
	if p != inspect.InRoot {
		return s.boot(p, path)
	}
	if s.Root != nil {
		return s.Root.Author(path)
	}
	r := s.authors[path]
	if r == nil {
		return ""
	}
	return r.Author()
}

// boot names the package that a file outside the root file system is from, or the
// tool.
func (s *Side) boot(p inspect.Place, path string) string {
	if p == inspect.OnMedium && strings.HasPrefix(path, "/coen/") {
		return "" // what the image was made from has no author in it
	}
	name := inspect.BootPackage(p, path)
	if name == "" || s.Lock == nil {
		return "tool"
	}
	for _, k := range s.Lock.Packages {
		version, kernel := strings.CutPrefix(k.Name, "linux-image-")
		if k.Name == name || name == inspect.Kernel && kernel && version != "" && version[0] <= '9' {
			return "package " + k.Name + " " + k.Version
		}
	}
	return "tool"
}

// open returns the content of a regular file.
func (s *Side) open(p inspect.Place, path string) (Content, error) {
	name := strings.TrimPrefix(path, "/")
	switch p {
	case inspect.OnMedium:
		return s.Image.File(name)
	case inspect.InInitramfs:
		return s.unpacked(name)
	case inspect.InRoot:
		if s.Root != nil {
			return s.Root.Open(path)
		}
		root, err := s.Image.Root()
		if err != nil {
			return nil, err
		}
		return opened(root.Open(name))
	}
	esp, err := s.Image.ESP()
	if err != nil {
		return nil, err
	}
	return opened(esp.Open(name))
}

// unpacked returns a file of the initramfs.
func (s *Side) unpacked(name string) (found Content, err error) {
	a, err := s.Image.Initramfs()
	if err != nil {
		return nil, err
	}
	err = a.Walk(func(h *cpio.Header, content io.Reader) error {
		if h.Name != name || content == nil || h.Size > maxDetail {
			return nil
		}
		data, err := io.ReadAll(content)
		found = bytes.NewReader(data)
		return err
	})
	if err == nil && found == nil {
		err = fmt.Errorf("initramfs: %q is too large", name)
	}
	return found, err
}

// packages returns the versions of the installed packages by name.
func (s *Side) packages() (map[string]string, error) {
	installed := map[string]string{}
	if s.Image == nil && s.Root == nil {
		for _, p := range s.Lock.Packages {
			installed[p.Name] = p.Version
		}
		return installed, nil
	}
	f, err := s.open(inspect.InRoot, "/var/lib/dpkg/status")
	if err != nil {
		return nil, nil // an image without a database; its files tell
	}
	for r := deb822.NewReader(io.NewSectionReader(f, 0, f.Size())); ; {
		p, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("%s: packages: %w", s.Name, err)
		}
		installed[p.Get("Package")] = p.Get("Version")
	}
	if s.Lock != nil {
		for _, p := range s.Lock.Packages { // loaders are not installed
			if _, known := installed[p.Name]; !known && p.Reason == lock.Loader {
				installed[p.Name] = p.Version
			}
		}
	}
	return installed, nil
}
