package main

import (
	"crypto/sha256"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"

	"coen/lock"
	"coen/store"
)

// A desk is a folder with the small recipe, a lock of two packages that are only
// bytes, the InRelease file that it names, a mirror that has them, and an empty store.
type desk struct {
	dir      string
	packages [][]byte
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{dir: t.TempDir(), packages: [][]byte{[]byte("first\n"), []byte("second\n")}}
	text, err := os.ReadFile(smallRecipe)
	if err != nil {
		t.Fatal(err)
	}
	l := d.locked(t)
	signed, err := os.ReadFile(inReleasesBeside(smallRecipe))
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{
		"small.InRelease": signed, "small.yaml": text, "small.lock": l.Bytes(),
		"debian/pool/first.deb": d.packages[0], "debian/pool/second.deb": d.packages[1],
	} {
		if err := writeFile(d.path(name), data); err != nil {
			t.Fatal(err)
		}
	}
	return d
}

func (d *desk) path(name string) string { return filepath.Join(d.dir, name) }

func (d *desk) locked(t *testing.T) *lock.Lock {
	t.Helper()
	in := &inputs{recipeName: smallRecipe}
	if err := in.load(); err != nil {
		t.Fatal(err)
	}
	l, s := in.lock, in.lock.Suites[0]
	l.Packages = nil
	for i, name := range []string{"first", "second"} {
		p := lock.Package{Name: name, Version: "1", Arch: "amd64", Suite: s.Name, Path: "pool/" + name + ".deb", Reason: lock.Requested}
		p.Size, p.SHA256 = int64(len(d.packages[i])), sha256.Sum256(d.packages[i])
		l.Packages = append(l.Packages, p)
	}
	return l
}

// object returns the path of a package in the store.
func (d *desk) object(t *testing.T, i int) string {
	t.Helper()
	s, err := store.Open(d.path("store"))
	if err != nil {
		t.Fatal(err)
	}
	return s.Path(sha256.Sum256(d.packages[i]))
}

// inRelease returns the path of the InRelease file in the store.
func (d *desk) inRelease(t *testing.T) string {
	t.Helper()
	s, err := store.Open(d.path("store"))
	if err != nil {
		t.Fatal(err)
	}
	return s.Path(d.locked(t).Suites[0].SHA256)
}

// command makes a command that can reach the mirrors of this machine only.
func (d *desk) command(coen string, args ...string) *exec.Cmd {
	cmd := exec.Command(coen, args...)
	cmd.Dir = d.dir
	const nowhere = "http://127.0.0.1:1"
	cmd.Env = []string{"HOME=" + d.dir, "HTTP_PROXY=" + nowhere, "HTTPS_PROXY=" + nowhere}
	return cmd
}

// files lists the files below a folder, if there is one.
func files(t *testing.T, dir string) (names []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(name string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			names = append(names, name)
		}
		return err
	})
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return names
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func remove(name string) func(*testing.T, *desk) {
	return func(t *testing.T, d *desk) {
		if err := os.RemoveAll(d.path(name)); err != nil {
			t.Fatal(err)
		}
	}
}

func replaced(name, text string) func(*testing.T, *desk) {
	return func(t *testing.T, d *desk) { write(t, d.path(name), text) }
}

func edited(name string, edit func(string) string) func(*testing.T, *desk) {
	return func(t *testing.T, d *desk) {
		data, err := os.ReadFile(d.path(name))
		if err != nil {
			t.Fatal(err)
		}
		write(t, d.path(name), edit(string(data)))
	}
}

func appended(name, text string) func(*testing.T, *desk) {
	return edited(name, func(data string) string { return data + text })
}

// withoutProfile is a lock from before locks had one.
func withoutProfile(lock string) string {
	return regexp.MustCompile(`(?m)^profile .*\n`).ReplaceAllString(lock, "")
}

func fullStore(t *testing.T, d *desk) {
	s, err := store.Open(d.path("store"))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range d.packages {
		if _, err := s.Put(p); err != nil {
			t.Fatal(err)
		}
	}
}

func damagedStore(t *testing.T, d *desk) {
	fullStore(t, d)
	if err := os.Remove(d.object(t, 0)); err != nil {
		t.Fatal(err)
	}
	write(t, d.object(t, 0), "broken\n")
}
