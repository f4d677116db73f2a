package deb

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"coen/internal/oracle"
)

// TestAsDpkg builds packages with dpkg-deb in every compression and compares
// what we read with what dpkg-deb tells of them.
func TestAsDpkg(t *testing.T) {
	oracle.Need(t, "dpkg-deb")
	dir := source(t)
	for _, compression := range compressions {
		t.Run(compression, func(t *testing.T) { compareWithDpkg(t, packed(t, dir, compression)) })
	}
}

// compressions are those that dpkg-deb knows.
var compressions = []string{"none", "gzip", "xz", "zstd"}

// packed returns the path of a package that dpkg-deb built.
func packed(t *testing.T, dir, compression string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "x.deb")
	oracle.Run(t, "dpkg-deb", "-Z"+compression, "--uniform-compression", "--root-owner-group", "--build", dir, file)
	return file
}

func compareWithDpkg(t *testing.T, file string) {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	p, err := Open(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	compareLines(t, listing(t, p), oracle.Run(t, "dpkg-deb", "--contents", file))

	control := t.TempDir()
	oracle.Run(t, "dpkg-deb", "--control", file, control)
	entries, err := os.ReadDir(control)
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != len(p.Members) {
		t.Errorf("%d control members, dpkg-deb has %d", len(p.Members), len(entries))
	}
	for _, e := range entries {
		want, _ := os.ReadFile(filepath.Join(control, e.Name()))
		info, _ := e.Info()
		if m := p.Members[e.Name()]; !bytes.Equal(m.Data, want) || fs.FileMode(m.Mode) != info.Mode() {
			t.Errorf("control member %s: mode %o, %q; dpkg-deb has %v, %q", e.Name(), m.Mode, m.Data, info.Mode(), want)
		}
	}

	tree := t.TempDir()
	oracle.Run(t, "dpkg-deb", "--extract", file, tree)
	compareContent(t, p, tree)
}

// source makes a directory to build a package from, with what tar archives find
// hard: long names and targets, hard links, set-id bits, odd characters.
func source(t *testing.T) string {
	dir := t.TempDir()
	long := strings.Repeat("long-directory-name/", 14) + strings.Repeat("n", 120)
	files := []struct {
		name, content string
		mode          fs.FileMode
	}{
		{"DEBIAN/control", "Package: coen-test\nVersion: 1:2.0-3\nArchitecture: all\nMaintainer: Nobody <n@example.org>\nDescription: test\n more\n", 0o644},
		{"DEBIAN/postinst", "#!/bin/sh\nexit 0\n", 0o755},
		{"DEBIAN/conffiles", "/etc/test.conf\n", 0o644},
		{"DEBIAN/triggers", "activate-noawait ldconfig\n", 0o644},
		{"etc/test.conf", "a = b\n", 0o640},
		{"usr/bin/set-uid", "binary\x00\xff", 0o755 | fs.ModeSetuid},
		{"usr/bin/first", strings.Repeat("content ", 100000), 0o755},
		{"usr/share/doc/" + long, "long\n", 0o644},
		{"usr/share/doc/name with blank \xc3\xa9 and \\", "", 0o600},
	}
	for _, f := range files {
		path := filepath.Join(dir, f.name)
		must(t, os.MkdirAll(filepath.Dir(path), 0o755))
		must(t, os.WriteFile(path, []byte(f.content), f.mode))
		must(t, os.Chmod(path, f.mode))
	}
	must(t, os.Chmod(dir, 0o755))
	must(t, os.Link(filepath.Join(dir, "usr/bin/first"), filepath.Join(dir, "usr/bin/second")))
	must(t, os.Link(filepath.Join(dir, "usr/share/doc", long), filepath.Join(dir, "usr/share/doc/linked")))
	must(t, os.Symlink("../"+long, filepath.Join(dir, "usr/share/doc/symbolic")))
	must(t, os.Symlink("/etc/test.conf", filepath.Join(dir, "usr/bin/absolute")))
	must(t, os.Mkdir(filepath.Join(dir, "sticky"), 0o777))
	must(t, os.Chmod(filepath.Join(dir, "sticky"), 0o777|fs.ModeSticky))
	must(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type() != fs.ModeSymlink {
			err = os.Chtimes(path, epoch, epoch)
		}
		return err
	}))
	return dir
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// listing returns the entries of a package as dpkg-deb --contents prints them.
func listing(t *testing.T, p *Package) string {
	t.Helper()
	r, err := p.Data()
	must(t, err)
	defer r.Close()
	var b strings.Builder
	for {
		e, err := r.Next()
		if err == io.EOF {
			return b.String()
		}
		must(t, err)
		name, suffix := "./"+e.Name, ""
		if e.Name == "." {
			name = "."
		}
		switch e.Type {
		case Directory:
			name += "/"
		case Symlink:
			suffix = " -> " + e.Link
		case HardLink:
			suffix = " link to ./" + e.Link
		}
		fmt.Fprintf(&b, "%s %s/%s %d %s %s%s\n", modeString(e), e.User, e.Group, e.Size,
			timeString(e), strings.ReplaceAll(name, `\`, `\\`), suffix)
	}
}

func modeString(e *Entry) string {
	kind := map[Type]string{Regular: "-", Directory: "d", Symlink: "l", HardLink: "h"}[e.Type]
	bits := []byte(fs.FileMode(e.Mode & 0o777).String()[1:])
	for i, c := range []byte("sst") {
		if at := 2 + 3*i; e.Mode&(0o4000>>i) != 0 {
			bits[at] = c
		}
	}
	return kind + string(bits)
}

func compareLines(t *testing.T, got, want string) {
	t.Helper()
	have, need := strings.Split(got, "\n"), strings.Split(want, "\n")
	if len(have) != len(need) {
		t.Errorf("%d lines, dpkg-deb has %d", len(have), len(need))
		return
	}
	for i := range have {
		x, y := strings.Join(strings.Fields(have[i]), " "), strings.Join(strings.Fields(need[i]), " ")
		// GNU tar prints bytes that are not ASCII in octal.
		if y = strings.ReplaceAll(y, `\303\251`, "é"); x != y {
			t.Errorf("line %d\n   got %s\n  want %s", i+1, x, y)
		}
	}
}

func compareContent(t *testing.T, p *Package, tree string) {
	t.Helper()
	r, err := p.Data()
	must(t, err)
	defer r.Close()
	for {
		e, err := r.Next()
		if err == io.EOF {
			return
		}
		must(t, err)
		if e.Type != Regular {
			continue
		}
		got, err := io.ReadAll(r)
		must(t, err)
		want, err := os.ReadFile(filepath.Join(tree, e.Name))
		must(t, err)
		if !bytes.Equal(got, want) {
			t.Errorf("%s: content differs from what dpkg-deb extracts", e.Name)
		}
	}
}
