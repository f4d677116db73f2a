package attest

import (
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"time"

	"coen/debian/archive"
)

// Limits of a statement's texts, in bytes.
const (
	maxName   = 200
	maxNote   = 1000
	maxVaried = 32 // circumstances
)

// Check refuses a statement that contradicts itself or holds what would not
// print on one line.
func (s *Statement) Check() error {
	b := &s.Body
	if path.Base(s.ISO.Name) != s.ISO.Name {
		return fmt.Errorf("%.40q is no file name", s.ISO.Name)
	}
	texts := []struct {
		what, text string
		limit      int
	}{
		{"name", s.ISO.Name, maxName}, {"image", b.Image, maxName}, {"release", b.Release, maxName}, {"toolchain", b.Tool.Go, maxName},
	}
	for _, t := range texts {
		if t.text == "" || !printable(t.text, t.limit) {
			return fmt.Errorf("bad %s %.40q", t.what, t.text)
		}
	}
	if !printable(b.Note, maxNote) {
		return fmt.Errorf("bad note %.40q", b.Note)
	}
	if len(b.Varied) > maxVaried {
		return fmt.Errorf("%d circumstances, more than %d", len(b.Varied), maxVaried)
	}
	for _, k := range slices.Sorted(maps.Keys(b.Varied)) {
		if v := b.Varied[k]; k == "" || v == "" || !printable(k, maxName) || !printable(v, maxName) {
			return fmt.Errorf("bad circumstance %.40q: %.40q", k, v)
		}
	}
	if t := b.Time; t.Location() != time.UTC || t.Nanosecond() != 0 || t.Year() < 2000 || t.Year() > 9999 {
		return fmt.Errorf("time %s is not in UTC and whole seconds", t)
	}
	return s.checkResult()
}

func (s *Statement) checkResult() error {
	b := &s.Body
	if slices.Contains([]archive.Digest{s.ISO.SHA256, b.Recipe, b.Lock}, archive.Digest{}) {
		return errors.New("ISO, recipe and lock need a SHA-256 each")
	}
	same, none := b.Built == s.ISO.SHA256, b.Built == archive.Digest{}
	if none != (b.Size == 0) || b.Size < 0 {
		return fmt.Errorf("size %d of what was built", b.Size)
	}
	switch {
	case b.Result == Reproduced && same, b.Result == Differs && !same && !none, b.Result == Failed && none:
		return nil
	}
	return fmt.Errorf("result %.20q does not fit the ISO built", b.Result)
}

// printable reports whether s is at most n bytes of printable ASCII.
func printable(s string, n int) bool {
	for _, c := range []byte(s) {
		if c < ' ' || c > '~' {
			return false
		}
	}
	return len(s) <= n
}
