package store

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"coen/internal/failure"
	"coen/internal/oracle"
)

func open(t testing.TB) *Store {
	t.Helper()
	s, err := Open(filepath.Join(t.TempDir(), "deep", "store"))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// files lists what is in a store.
func files(t *testing.T, s *Store) []string {
	t.Helper()
	var names []string
	err := filepath.WalkDir(s.dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			rel, _ := filepath.Rel(s.dir, path)
			names = append(names, rel)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func TestPutGet(t *testing.T) {
	s := open(t)
	content := []byte("some bytes")
	sum, err := s.Put(content)
	if err != nil || sum != sha256.Sum256(content) {
		t.Fatalf("sum %x, %v", sum, err)
	}
	if again, err := s.Put(content); err != nil || again != sum {
		t.Fatalf("again: %x, %v", again, err)
	}
	if got, err := s.Read(sum); err != nil || string(got) != string(content) {
		t.Errorf("read %q, %v", got, err)
	}
	name := fmt.Sprintf("%x", sum)
	if got := strings.Join(files(t, s), " "); got != "sha256/"+name[:2]+"/"+name {
		t.Errorf("files %s", got)
	}
	if info, err := os.Stat(s.Path(sum)); err != nil || info.Mode() != 0o444 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if _, err := s.Get([32]byte{1}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("absent object: %v", err)
	}
}

func TestDamage(t *testing.T) {
	first := open(t)
	sum, err := first.Put([]byte("right"))
	if err != nil {
		t.Fatal(err)
	}
	os.Chmod(first.Path(sum), 0o644)
	if err := os.WriteFile(first.Path(sum), []byte("wrong"), 0o644); err != nil {
		t.Fatal(err)
	}
	s := &Store{dir: first.dir} // as another process would see it
	if _, err := s.Get(sum); failure.ExitCode(err) != failure.Refused {
		t.Errorf("damaged object: %v", err)
	}
	if s.Has(sum) {
		t.Error("a damaged object counts as there")
	}
	if _, err := s.Put([]byte("right")); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Read(sum); err != nil || string(got) != "right" {
		t.Errorf("after repair: %q, %v", got, err)
	}
}

func TestPartial(t *testing.T) {
	s := open(t)
	sum := sha256.Sum256([]byte("onetwo"))
	p, err := s.Partial(sum)
	if err != nil || p.Size() != 0 {
		t.Fatal(err)
	}
	io.WriteString(p, "one")
	p.Close()
	if p, err = s.Partial(sum); err != nil || p.Size() != 3 {
		t.Fatalf("resumed with %d bytes, %v", p.Size(), err)
	}
	// Another one cannot have the same file.
	other, err := s.Partial(sum)
	if err != nil || other.Size() != 0 {
		t.Fatalf("other: %d bytes, %v", other.Size(), err)
	}
	io.WriteString(other, "one")
	other.Close()
	io.WriteString(p, "two")
	if err := p.Commit(); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Read(sum); err != nil || string(got) != "onetwo" {
		t.Errorf("read %q, %v", got, err)
	}
	if n := len(files(t, s)); n != 1 {
		t.Errorf("files left: %v", files(t, s))
	}
}

func TestMismatch(t *testing.T) {
	s := open(t)
	sum := sha256.Sum256([]byte("right"))
	p, err := s.Partial(sum)
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(p, "wrong")
	var mismatch *MismatchError
	if err := p.Commit(); !errors.As(err, &mismatch) || p.Size() != 0 {
		t.Fatalf("commit: %v, %d bytes kept", err, p.Size())
	}
	p.Close()
	if left := files(t, s); len(left) != 0 {
		t.Errorf("files left: %v", left)
	}
	if p, err = s.Partial(sum); err != nil {
		t.Fatal(err)
	}
	io.WriteString(p, "right")
	if err := p.Commit(); err != nil {
		t.Error(err)
	}
}

// TestConcurrent lets many writers make one object at once.
func TestConcurrent(t *testing.T) {
	s := open(t)
	content := strings.Repeat("content", 10000)
	sum := sha256.Sum256([]byte(content))
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			p, err := (&Store{dir: s.dir}).Partial(sum)
			if err != nil {
				t.Error(err)
				return
			}
			io.WriteString(p, content[p.Size():])
			if err := p.Commit(); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if !s.Has(sum) || len(files(t, s)) != 1 {
		t.Errorf("files: %v", files(t, s))
	}
}

// TestSha256sum runs the command of the package's documentation.
func TestSha256sum(t *testing.T) {
	oracle.Need(t, "sha256sum")
	s := open(t)
	for _, content := range []string{"", "one", "two"} {
		if _, err := s.Put([]byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	out := oracle.Run(t, "sh", "-c", `cd "$1/sha256" && find . -type f -printf '%f  %p\n' | sha256sum -c`, "sh", s.dir)
	if n := strings.Count(out, ": OK\n"); n != 3 {
		t.Errorf("sha256sum finds %d objects good:\n%s", n, out)
	}
}
