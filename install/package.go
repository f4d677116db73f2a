package install

import (
	"fmt"
	"io"
	"sync"

	"coen/debian/deb"
	"coen/install/dpkg"
	"coen/install/unpacked"
)

// A Package is a binary package to install.
type Package struct {
	// Name is what errors call the package while it is being read, such as the
	// name of its file.
	Name string
	// Open returns the content of the .deb file and its size in bytes. It is
	// called once, from any goroutine; the content is read by several and, if it
	// is an io.Closer, closed when no longer needed.
	Open func() (io.ReaderAt, int64, error)
	// SHA256 is that of the .deb file, under which a cache knows it. Without,
	// the package is not cached.
	SHA256 [32]byte
}

// An archive is a package that was opened.
type archive struct {
	name   string
	sum    [32]byte // of the file, if known
	source io.ReaderAt
	deb    *deb.Package
	entry  *dpkg.Package // in the database
}

func open(p Package) (*archive, error) {
	r, size, err := p.Open()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", p.Name, err)
	}
	a := &archive{name: p.Name, sum: p.SHA256, source: r}
	if a.deb, err = deb.Open(r, size); err != nil {
		a.close()
		return nil, fmt.Errorf("%s: %w", p.Name, err)
	}
	return a, nil
}

// openAll opens packages, so many at a time. If one cannot be opened, none is.
func openAll(packages []Package, workers int) ([]*archive, error) {
	archives, errs := make([]*archive, len(packages)), make([]error, len(packages))
	work := make(chan int)
	var all sync.WaitGroup
	for range workers {
		all.Go(func() {
			for i := range work {
				archives[i], errs[i] = open(packages[i])
			}
		})
	}
	for i := range packages {
		work <- i
	}
	close(work)
	all.Wait()
	for _, err := range errs {
		if err == nil {
			continue
		}
		for _, a := range archives {
			if a != nil {
				a.close()
			}
		}
		return nil, err
	}
	return archives, nil
}

// close ends reading from the file, of which an image has hundreds.
func (a *archive) close() {
	if c, ok := a.source.(io.Closer); ok {
		c.Close() // read only: nothing to lose
	}
	a.source = nil
}

// Excluded is a path that a package ships and the image does not have.
type Excluded struct {
	Path    string
	Package string // "name version"
	Reason  string // of the exclusion
}

// A content is what a package holds.
type content struct {
	files    []dpkg.File
	excluded []Excluded
	err      error
}

// decode reads the whole data archive of a package, and closes it. What the filter
// excludes has no content.
func (a *archive) decode(filter dpkg.Filter, cache unpacked.Cache) content {
	defer a.close()
	if a.sum == [32]byte{} {
		cache = nil
	}
	entries, err := unpacked.Read(a.deb, a.sum, cache)
	if err != nil {
		return content{err: fmt.Errorf("%s: %w", a.name, err)}
	}
	c := content{files: make([]dpkg.File, len(entries))}
	for i, e := range entries {
		f := &c.files[i]
		*f = dpkg.File{Entry: e.Entry, Content: e.Content}
		if x, out := filter.Excludes(f.Path(), e.Type); out {
			c.excluded = append(c.excluded, Excluded{f.Path(), a.entry.String(), x.Reason})
			f.Content = nil
		}
	}
	return c
}
