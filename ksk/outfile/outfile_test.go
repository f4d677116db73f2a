package outfile_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"coen/ksk/outfile"
)

func accept([]byte) error { return nil }

func TestWrite(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "skr.xml")
	for _, content := range []string{"first", "second, longer", ""} {
		if err := outfile.Write(path, []byte(content), outfile.New, accept); err != nil {
			t.Fatal(err)
		}
		if got, _ := os.ReadFile(path); string(got) != content {
			t.Errorf("%q, want %q", got, content)
		}
	}
	alone(t, dir, "skr.xml")
}

func TestSymlink(t *testing.T) {
	dir := t.TempDir()
	target, link := filepath.Join(dir, "target"), filepath.Join(dir, "link")
	if err := os.WriteFile(target, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("target", link); err != nil {
		t.Skip(err)
	}
	if err := outfile.Write(link, []byte("new"), outfile.New, accept); err != nil {
		t.Fatal(err)
	}
	if got, _ := os.ReadFile(target); string(got) != "new" {
		t.Errorf("the target has %q", got)
	}
	if to, err := os.Readlink(link); err != nil || to != "target" {
		t.Errorf("the link leads to %q, %v", to, err)
	}
}

// fullFile is on a disk without space.
type fullFile struct {
	*os.File
	failWrite, failSync bool
}

func (f fullFile) Write(b []byte) (int, error) {
	if f.failWrite {
		n, _ := f.File.Write(b[:len(b)/2])
		return n, errors.New("no space left on device")
	}
	return f.File.Write(b)
}

func (f fullFile) Sync() error {
	if f.failSync {
		return errors.New("input/output error")
	}
	return f.File.Sync()
}

// TestFaults: whatever goes wrong, the former file stays and nothing else is there.
func TestFaults(t *testing.T) {
	disk := func(failWrite, failSync bool) outfile.Create {
		return func(path string) (outfile.File, error) {
			f, err := os.Create(path)
			return fullFile{f, failWrite, failSync}, err
		}
	}
	for name, c := range map[string]struct {
		create outfile.Create
		check  func([]byte) error
	}{
		"cannot create": {func(string) (outfile.File, error) { return nil, errors.New("read-only file system") }, accept},
		"cannot write":  {disk(true, false), accept},
		"cannot sync":   {disk(false, true), accept},
		"other bytes": {func(path string) (outfile.File, error) {
			other, err := os.Create(path)
			if err == nil {
				_, err = other.WriteString("junk")
			}
			return other, err
		}, accept},
		"check fails": {outfile.New, func([]byte) error { return errors.New("bad") }},
	} {
		dir := t.TempDir()
		path := filepath.Join(dir, "skr.xml")
		if err := os.WriteFile(path, []byte("former"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := outfile.Write(path, []byte("new content"), c.create, c.check); err == nil {
			t.Errorf("%s: no error", name)
		}
		if got, _ := os.ReadFile(path); string(got) != "former" {
			t.Errorf("%s: the former file has %q", name, got)
		}
		alone(t, dir, "skr.xml")
	}
	if err := outfile.Write(filepath.Join(t.TempDir(), "gone", "skr.xml"), nil, outfile.New, accept); err == nil {
		t.Error("a folder that is gone: no error")
	}
}

func TestDevice(t *testing.T) {
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip("no /dev/full")
	}
	if err := outfile.Write("/dev/full", []byte("x"), outfile.New, accept); err == nil || !strings.Contains(err.Error(), "space") {
		t.Errorf("/dev/full: %v", err)
	}
	if err := outfile.Write("/dev/null", []byte("x"), outfile.New, accept); err != nil {
		t.Errorf("/dev/null: %v", err)
	}
}

func alone(t *testing.T, dir, name string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 || entries[0].Name() != name {
		t.Errorf("folder has %v, %v", entries, err)
	}
}
