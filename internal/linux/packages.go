package linux

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"sync"
	"testing"
	"time"

	"coen/debian/archive"
	"coen/debian/deb"
	"coen/internal/oracle"
	"coen/mirror"
	"coen/store"
)

// The suite that packages are from.
const (
	suite = "trixie"
	arch  = "amd64"
)

// fetchTimeout is ample for the hundred megabytes of a kernel.
const fetchTimeout = 10 * time.Minute

// maxInRelease is several times what Debian's have.
const maxInRelease = 4 << 20

// An index has the packages of the suite by name.
type index struct {
	client   *mirror.Client
	packages map[string]*archive.Package
}

// openIndex fetches and verifies the index of the suite, once a process.
var openIndex = sync.OnceValues(func() (*index, error) {
	ctx, cancel := context.WithTimeout(context.Background(), fetchTimeout)
	defer cancel()
	cache, err := os.UserCacheDir()
	if err != nil {
		return nil, err
	}
	s, err := store.Open(filepath.Join(cache, "coen"))
	if err != nil {
		return nil, err
	}
	now := time.Now()
	mirrors := append(mirror.FromApt(os.DirFS("/etc/apt")), mirror.Snapshot(now)...)
	x := &index{client: &mirror.Client{Mirrors: mirrors, Store: s}, packages: map[string]*archive.Package{}}
	policy, err := archive.DebianPolicy(suite)
	if err != nil {
		return nil, err
	}
	var release *archive.Release
	err = x.client.First(ctx, mirror.Debian, "dists/"+suite+"/InRelease", maxInRelease, func(content []byte) error {
		release, err = archive.Verify(content, policy, now)
		return err
	})
	if err != nil {
		return nil, err
	}
	return x, x.read(ctx, release)
})

// read reads the index that a release vouches for.
func (x *index) read(ctx context.Context, release *archive.Release) error {
	list, err := release.Packages(suite, "main", arch)
	if err != nil {
		return err
	}
	compressed, err := x.fetch(ctx, list.Paths, list.File)
	if err != nil {
		return err
	}
	data, err := list.Read(compressed)
	if err != nil {
		return err
	}
	return archive.ReadPackages(bytes.NewReader(data), arch, func(p *archive.Package) error {
		// The index is in the order of versions.
		x.packages[p.Name] = p
		return nil
	})
}

func (x *index) fetch(ctx context.Context, paths []string, f archive.File) ([]byte, error) {
	object := mirror.Object{Archive: mirror.Debian, Paths: paths, Size: f.Size, SHA256: f.SHA256}
	if err := x.client.Fetch(ctx, []mirror.Object{object}); err != nil {
		return nil, err
	}
	return x.client.Store.Read(f.SHA256)
}

// Files returns the regular files of Debian packages whose path keep accepts, by
// path without leading slash.
func Files(t testing.TB, keep func(name string) bool, packages ...string) map[string][]byte {
	t.Helper()
	files, err := readFiles(keep, packages)
	if err != nil {
		oracle.Missing(t, "Debian packages %q cannot be had: %v", packages, err)
	}
	return files
}

func readFiles(keep func(name string) bool, packages []string) (map[string][]byte, error) {
	ctx, cancel := context.WithTimeout(context.Background(), fetchTimeout)
	defer cancel()
	x, err := openIndex()
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for _, name := range packages {
		p := x.packages[name]
		if p == nil {
			return nil, fmt.Errorf("no package %q in %s", name, suite)
		}
		data, err := x.fetch(ctx, []string{p.Path}, p.File)
		if err != nil {
			return nil, err
		}
		if err := unpack(files, data, keep); err != nil {
			return nil, fmt.Errorf("package %q: %w", name, err)
		}
	}
	return files, nil
}

// unpack adds the files of a package to files.
func unpack(files map[string][]byte, data []byte, keep func(string) bool) error {
	p, err := deb.Open(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return err
	}
	r, err := p.Data()
	if err != nil {
		return err
	}
	defer r.Close()
	for {
		e, err := r.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if e.Type == deb.Regular && keep(e.Name) {
			if files[e.Name], err = io.ReadAll(r); err != nil {
				return err
			}
		}
	}
}

var kernelPackage = regexp.MustCompile(`\blinux-image-[^ ]+`)

// kernelName returns the package that the metapackage linux-image-amd64 now
// stands for.
func kernelName() (string, error) {
	x, err := openIndex()
	if err != nil {
		return "", err
	}
	meta := x.packages["linux-image-"+arch]
	if meta == nil {
		return "", fmt.Errorf("no kernel in %s", suite)
	}
	return kernelPackage.FindString(meta.Depends), nil
}
