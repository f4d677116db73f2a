package install

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
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
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d packages, %d scripts", len(result.Order), len(result.Journal))
	if oracle := os.Getenv("INSTALL_ORACLE"); oracle != "" {
		compareAdmin(t, root, oracle)
	}
}

// compareAdmin compares dpkg's database with that of a real installation. What
// dpkg keeps as the former version of a file, and what alternatives say, is not
// its business.
func compareAdmin(t *testing.T, root *tree.Tree, oracle string) {
	const admin = "/var/lib/dpkg"
	ours := map[string]string{}
	root.WalkFrom(admin, func(name string, n *tree.Node) error {
		if n.Kind == tree.Regular {
			content, err := n.Read()
			ours[name] = fmt.Sprintf("%04o %s", n.Mode, content)
			return err
		}
		return nil
	})
	theirs := map[string]string{}
	filepath.WalkDir(oracle+admin, func(file string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() || strings.HasSuffix(file, "-old") {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		content, err := os.ReadFile(file)
		theirs[strings.TrimPrefix(file, oracle)] = fmt.Sprintf("%04o %s", info.Mode().Perm(), content)
		return err
	})
	for _, name := range slices.Sorted(maps.Keys(theirs)) {
		switch {
		case strings.HasPrefix(name, admin+"/alternatives/"):
		case ours[name] == "":
			t.Errorf("%s: missing", name)
		case ours[name] != theirs[name]:
			t.Errorf("%s: differs:\n%s", name, firstDifference(ours[name], theirs[name]))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(ours)) {
		if theirs[name] == "" && !strings.HasPrefix(name, admin+"/alternatives/") {
			t.Errorf("%s: too much", name)
		}
	}
}

// firstDifference shows where two texts part.
func firstDifference(ours, theirs string) string {
	a, b := strings.Split(ours, "\n"), strings.Split(theirs, "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return fmt.Sprintf("line %d\n\tours   %q\n\ttheirs %q", i+1, a[i], b[i])
		}
	}
	return fmt.Sprintf("%d lines, not %d", len(a), len(b))
}
