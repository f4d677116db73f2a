package install

import (
	"io"
	"os"
	"path/filepath"
	"testing"

	"coen/lock"
	"coen/store"
	"coen/tree"
)

// smallLock names Debian's essential packages and a kernel with its tools.
const smallLock = "../cmd/coen/testdata/small.lock"

// fromStore returns the packages that a lock has to be installed, from the store
// of the user's cache, and the size of their archives in bytes. It skips the
// benchmark if some are not there.
func fromStore(b *testing.B, name string) (packages []Package, size int64) {
	b.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		b.Fatal(err)
	}
	l, err := lock.Parse(data)
	if err != nil {
		b.Fatal(err)
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		b.Skip(err)
	}
	s, err := store.Open(filepath.Join(cache, "coen"))
	if err != nil {
		b.Skip(err)
	}
	if err := lock.CheckStore(l, s); err != nil {
		b.Skipf("coen fetch -r cmd/coen/testdata/small.yaml brings the packages: %v", err)
	}
	for _, p := range l.Packages {
		if p.Reason == lock.Loader {
			continue
		}
		size += p.Size
		packages = append(packages, Package{
			Name: p.Name + " " + p.Version,
			Open: func() (io.ReaderAt, int64, error) {
				o, err := s.Get(p.SHA256)
				if err != nil {
					return nil, 0, err
				}
				return o, o.Size, nil
			},
		})
	}
	return packages, size
}

// BenchmarkDebian installs real packages, all their scripts included.
func BenchmarkDebian(b *testing.B) {
	packages, size := fromStore(b, smallLock)
	b.SetBytes(size)
	b.ReportAllocs()
	for b.Loop() {
		t := tree.New(0)
		_, err := Install(b.Context(), t, packages, Options{Arch: "amd64", Kernel: "6.12.0", Workers: 2})
		if err != nil {
			b.Fatal(err)
		}
	}
}
