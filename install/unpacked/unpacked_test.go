package unpacked

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"io"
	"strings"
	"testing"

	"coen/debian/deb"
	"coen/install/internal/debtest"
)

// A shelf is a cache in memory.
type shelf struct {
	small, large map[[32]byte][]byte
	filled       int
}

func newShelf() *shelf {
	return &shelf{small: map[[32]byte][]byte{}, large: map[[32]byte][]byte{}}
}

func (s *shelf) Get(key [32]byte) ([]byte, bool) { v, ok := s.small[key]; return v, ok }
func (s *shelf) Put(key [32]byte, value []byte)  { s.small[key] = value }

func (s *shelf) Open(key [32]byte) (io.ReaderAt, bool) {
	v, ok := s.large[key]
	return bytes.NewReader(v), ok
}

func (s *shelf) Fill(key [32]byte, write func(io.Writer) error) (io.ReaderAt, error) {
	var b bytes.Buffer
	err := write(&b)
	s.large[key] = b.Bytes()
	s.filled++
	return bytes.NewReader(b.Bytes()), err
}

func sample(t *testing.T) (*deb.Package, [32]byte) {
	t.Helper()
	file := debtest.Build(t, map[string]string{
		"DEBIAN/control": "Package: pp\nVersion: 1\nArchitecture: all\nMaintainer: m\nDescription: d\n",
		"usr/empty":      "", "usr/one": "first", "usr/two": strings.Repeat("second", 10000),
		"META": "link usr/link one\nhard usr/zzz usr/one\n",
	})
	d, err := deb.Open(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	return d, sha256.Sum256(file)
}

// contents reads all entries: name and content, or a dash.
func contents(entries []Entry) (list []string, err error) {
	for _, e := range entries {
		text := "-"
		if e.Content != nil {
			data := make([]byte, e.Content.Size())
			if _, err := e.Content.ReadAt(data, 0); err != nil {
				return list, err
			}
			text = string(data)
		}
		list = append(list, e.Name+" "+text)
	}
	return list, nil
}

func TestRead(t *testing.T) {
	d, sum := sample(t)
	cache := newShelf()
	want := ". -, usr -, usr/empty -, usr/link -, usr/one first, usr/two " + strings.Repeat("second", 10000) + ", usr/zzz -"
	for _, c := range []Cache{nil, cache, cache} {
		entries, err := Read(d, sum, c)
		if err != nil {
			t.Fatal(err)
		}
		got, err := contents(entries)
		if err != nil || strings.Join(got, ", ") != want {
			t.Errorf("%.80q, %v", got, err)
		}
		one := entries[4].Content.(interface{ SHA256() [32]byte })
		if one.SHA256() != sha256.Sum256([]byte("first")) {
			t.Error("digest of another content")
		}
	}
	if cache.filled != 1 {
		t.Errorf("unpacked %d times", cache.filled)
	}
}

// TestDamaged changes what was kept.
func TestDamaged(t *testing.T) {
	d, sum := sample(t)
	for name, change := range map[string]func(b []byte) []byte{
		"changed": func(b []byte) []byte { b[2] ^= 1; return b },
		"cut":     func(b []byte) []byte { return b[:3] },
	} {
		cache := newShelf()
		if _, err := Read(d, sum, cache); err != nil {
			t.Fatal(err)
		}
		for key, value := range cache.large {
			cache.large[key] = change(value)
		}
		entries, err := Read(d, sum, cache)
		if err != nil {
			t.Fatal(err)
		}
		var damaged *DamagedError
		if got, err := contents(entries); !errors.As(err, &damaged) {
			t.Errorf("%s: reads %.80q, %v", name, got, err)
		}
	}
	cache := newShelf()
	for range 2 { // the second time without one half of what was kept
		if _, err := Read(d, sum, cache); err != nil {
			t.Fatal(err)
		}
		clear(cache.large)
	}
	if cache.filled != 2 {
		t.Errorf("unpacked %d times, want 2", cache.filled)
	}
}
