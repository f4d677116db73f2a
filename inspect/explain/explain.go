package explain

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strconv"
	"strings"

	"coen/fsimage/squashfs"
	"coen/inspect"
	"coen/lock"
	"coen/medium"
)

// An Explainer explains the paths of one image.
type Explainer struct {
	image   *inspect.Image
	root    *squashfs.Reader
	lock    *lock.Lock
	recipe  []byte
	records map[string]*medium.Record
	indices indices
}

// A Store has objects by their SHA-256.
type Store interface {
	Read(sum [32]byte) ([]byte, error)
}

// New reads what the medium says of itself. The store may be nil.
func New(image *inspect.Image, store Store) (*Explainer, error) {
	e := &Explainer{image: image, indices: indices{store: store}}
	var err error
	if e.root, err = image.Root(); err != nil {
		return nil, err
	}
	if e.lock, err = image.Lock(); err != nil {
		return nil, err
	}
	if e.recipe, err = image.RecipeText(); err != nil {
		return nil, err
	}
	e.records, err = image.Authors()
	return e, err
}

// Path explains an absolute path. The error is [fs.ErrNotExist] if the image has
// no such path, and a [failure.RefusedError] if a signature does not hold.
func (e *Explainer) Path(name string) (*Chain, error) {
	real, err := e.resolve(path.Clean("/" + name))
	if err != nil {
		return nil, err
	}
	r, ok := e.records[real]
	if !ok {
		return nil, &fs.PathError{Op: "explain", Path: name, Err: fs.ErrNotExist}
	}
	c := &Chain{
		Path: name, Real: real,
		Kind: string(r.Kind), Mode: fmt.Sprintf("%04o", r.Mode), UID: r.UID, GID: r.GID, Digest: r.Digest,
		Made: e.author(r.Made),
	}
	for _, a := range r.Changed {
		c.Changed = append(c.Changed, e.author(a))
	}
	if err := e.compare(c); err != nil {
		return nil, err
	}
	return c, e.trace(c)
}

// maxLinks is how many symbolic links a path may lead through; Linux stops at 40.
const maxLinks = 40

// resolve follows symbolic links in all elements of a path but the last.
func (e *Explainer) resolve(name string) (string, error) {
	for range maxLinks {
		next, ok := e.step(name)
		if !ok {
			return name, nil
		}
		name = next
	}
	return "", fmt.Errorf("%q leads through more than %d symbolic links", name, maxLinks)
}

// step replaces the first symbolic link on the way to name.
func (e *Explainer) step(name string) (string, bool) {
	for i := 1; i < len(name); i++ {
		if name[i] != '/' {
			continue
		}
		r, ok := e.records[name[:i]]
		if !ok || r.Kind != 'l' {
			continue
		}
		target, err := strconv.Unquote(r.Digest)
		if err != nil {
			return name, false
		}
		if !path.IsAbs(target) {
			target = path.Join(path.Dir(name[:i]), target)
		}
		return path.Join(target, name[i:]), true
	}
	return name, false
}

// compare looks at what lies in the image.
func (e *Explainer) compare(c *Chain) error {
	name := strings.TrimPrefix(c.Real, "/")
	if name == "" {
		name = "."
	}
	info, err := e.root.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) {
		c.Found = "nothing"
		return nil
	}
	if err != nil {
		return err
	}
	h, ok := info.Sys().(*squashfs.Header)
	if !ok {
		return fmt.Errorf("%s: no inode", c.Real)
	}
	digest, err := e.digest(name, h)
	if err != nil {
		return err
	}
	kind := string(medium.Kind(h.Mode))
	want := fmt.Sprintf("%s, mode %s, owner %d:%d", c.Digest, c.Mode, c.UID, c.GID)
	found := fmt.Sprintf("%s, mode %04o, owner %d:%d", digest, medium.Permissions(h.Mode), h.UID, h.GID)
	if c.Intact = kind == c.Kind && found == want; !c.Intact {
		c.Found = "a " + kinds[kind] + ", " + found
	}
	return nil
}

// digest says what lies at a path, in the form of the provenance list.
func (e *Explainer) digest(name string, h *squashfs.Header) (string, error) {
	switch {
	case h.Mode.IsRegular():
		f, err := e.root.Open(name)
		if err != nil {
			return "", err
		}
		defer f.Close()
		sum := sha256.New()
		_, err = io.Copy(sum, f)
		return fmt.Sprintf("%x", sum.Sum(nil)), err
	case h.Mode&fs.ModeSymlink != 0:
		target, err := e.root.ReadLink(name)
		return strconv.Quote(target), err
	case h.Mode&fs.ModeDevice != 0:
		return fmt.Sprintf("%d:%d", h.Devmajor, h.Devminor), nil
	}
	return "-", nil
}

// kinds names the types of files by the letters of the provenance list.
var kinds = map[string]string{
	"f": "regular file", "d": "directory", "l": "symbolic link",
	"c": "character device", "b": "block device", "p": "named pipe", "s": "socket",
}
