package install

import (
	"fmt"
	"io"

	"coen/debian/deb"
	"coen/install/dpkg"
	"coen/tree"
)

// A Package is a binary package to install.
type Package struct {
	// Name is what errors call the package while it is being read, such as the
	// name of its file.
	Name string
	// Open returns the content of the .deb file and its size in bytes. It is
	// called once, from the goroutine of Install; the content is read by several
	// goroutines and, if it is an io.Closer, closed when no longer needed.
	Open func() (io.ReaderAt, int64, error)
}

// An archive is a package that was opened.
type archive struct {
	name   string
	source io.ReaderAt
	deb    *deb.Package
	entry  *dpkg.Package // in the database
}

func open(p Package) (*archive, error) {
	r, size, err := p.Open()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", p.Name, err)
	}
	a := &archive{name: p.Name, source: r}
	if a.deb, err = deb.Open(r, size); err != nil {
		a.close()
		return nil, fmt.Errorf("%s: %w", p.Name, err)
	}
	return a, nil
}

func (a *archive) close() {
	if c, ok := a.source.(io.Closer); ok {
		c.Close() // read only: nothing to lose
	}
}

// Excluded is a path that a package ships and the image does not have.
type Excluded struct {
	Path    string
	Package string // "name version"
	Reason  string // of the exclusion
}

// A content is a package's decoded data archive.
type content struct {
	files    []dpkg.File
	excluded []Excluded
	err      error
}

// decode reads the whole data archive of a package. What the filter excludes is
// not kept.
func (a *archive) decode(filter dpkg.Filter) content {
	r, err := a.deb.Data()
	if err != nil {
		return content{err: fmt.Errorf("%s: %w", a.name, err)}
	}
	defer r.Close()
	var c content
	for {
		e, err := r.Next()
		if err == io.EOF {
			return c
		}
		if err != nil {
			return content{err: fmt.Errorf("%s: %w", a.name, err)}
		}
		f := dpkg.File{Entry: *e}
		if x, out := filter.Excludes(f.Path(), e.Type); out {
			c.excluded = append(c.excluded, Excluded{f.Path(), a.entry.String(), x.Reason})
		} else if e.Size > 0 {
			body := make([]byte, e.Size)
			if _, err := io.ReadFull(r, body); err != nil {
				return content{err: fmt.Errorf("%s: %q: %w", a.name, e.Name, err)}
			}
			f.Content = tree.Bytes(body)
		}
		c.files = append(c.files, f)
	}
}
