package keylog

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"coen/ceremony/chain"
)

// A sink remembers what a follower puts.
type sink struct {
	texts    map[string]string // by file
	pieces   []string
	finished []string // files and their sizes
}

func newFollower() (*Follower, *sink) {
	s := &sink{texts: map[string]string{}}
	return New(time.Now, func(drafts []chain.Draft) error {
		for _, d := range drafts {
			if d.Kind == "keylog" {
				s.texts[d.Get("file")] += d.Get("text")
			}
			if d.Kind == "file" {
				s.finished = append(s.finished, d.Get("name")+" "+d.Get("bytes"))
				continue
			}
			s.pieces = append(s.pieces, d.Get("text"))
		}
		return nil
	}), s
}

func write(t *testing.T, path, text string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteString(text); err != nil {
		t.Fatal(err)
	}
}

func poll(t *testing.T, f *Follower) {
	t.Helper()
	if err := f.Poll(); err != nil {
		t.Fatal(err)
	}
}

func TestFolder(t *testing.T) {
	dir := t.TempDir()
	old := filepath.Join(dir, "ksrsigner-20190227-222718.log")
	ours := filepath.Join(dir, "kskm-ksrsigner-20261122-140000-77.log")
	write(t, old, "of the last ceremony\n")
	f, s := newFollower()
	if err := f.Folder(dir); err != nil {
		t.Fatal(err)
	}
	poll(t, f)
	write(t, filepath.Join(dir, "ceremony-20261122-140000.log"), "not a key tool's\n")
	write(t, filepath.Join(dir, "script-20261122-140000.log"), "not a key tool's\n")
	write(t, old, "goes on\n")
	write(t, ours, "first\nsec")
	poll(t, f)
	write(t, ours, "ond\nthird")
	poll(t, f)
	if err := f.Finish(); err != nil {
		t.Fatal(err)
	}
	if got := s.texts[filepath.Base(ours)]; got != "first\nsecond\nthird" {
		t.Errorf("%q", got)
	}
	if got := s.texts[filepath.Base(old)]; got != "goes on\n" {
		t.Errorf("%q", got)
	}
	if len(s.texts) != 2 || len(s.pieces) != 4 {
		t.Errorf("%q", s.pieces)
	}
	if got := strings.Join(s.finished, ", "); got != filepath.Base(old)+" 29, "+filepath.Base(ours)+" 18" {
		t.Errorf("%s", got)
	}
}

func TestLongLine(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.log")
	long := strings.Repeat("x", 3*maxLine) + "\n" + strings.Repeat("\x00", maxLine) + "\n\n"
	write(t, path, long)
	f, s := newFollower()
	if err := f.File(path); err != nil {
		t.Fatal(err)
	}
	if err := f.Finish(); err != nil {
		t.Fatal(err)
	}
	if s.texts["a.log"] != long {
		t.Errorf("%d bytes of %d", len(s.texts["a.log"]), len(long))
	}
	for _, p := range s.pieces {
		if len(p) == 0 || len(p) > maxLine {
			t.Errorf("a piece of %d bytes", len(p))
		}
	}
}

func TestCutAndGone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.log")
	write(t, path, "one\ntwo\n")
	f, s := newFollower()
	if err := f.File(path); err != nil {
		t.Fatal(err)
	}
	poll(t, f)
	if err := os.Truncate(path, 4); err != nil {
		t.Fatal(err)
	}
	poll(t, f)
	write(t, path, "three\n")
	poll(t, f)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	poll(t, f)
	if got := strings.Join(s.pieces, "|"); got != "one\n|two\n|cut from 8 to 4 bytes|three\n" {
		t.Errorf("%q", got)
	}
}

// TestRefused has an entry refused once: it is not lost.
func TestRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.log")
	write(t, path, "one\n")
	var got []string
	refuse := true
	f := New(time.Now, func(drafts []chain.Draft) error {
		if refuse {
			return errors.New("refused")
		}
		for _, d := range drafts {
			got = append(got, d.Get("text"))
		}
		return nil
	})
	if err := f.File(path); err != nil {
		t.Fatal(err)
	}
	if f.Poll() == nil {
		t.Error("a refusal was not told")
	}
	refuse = false
	poll(t, f)
	if len(got) != 1 || got[0] != "one\n" {
		t.Errorf("%q", got)
	}
}

func TestRun(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.log")
	write(t, path, "one\n")
	f, s := newFollower()
	if err := f.File(path); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- f.Run(ctx) }()
	write(t, path, "half")
	stop()
	if err := <-done; err != nil || s.texts["a.log"] != "one\nhalf" {
		t.Errorf("%q, %v", s.texts, err)
	}
}

func TestMissing(t *testing.T) {
	f, _ := newFollower()
	if f.File(filepath.Join(t.TempDir(), "none")) == nil || f.Folder(filepath.Join(t.TempDir(), "none")) == nil {
		t.Error("what is not there was followed")
	}
}
