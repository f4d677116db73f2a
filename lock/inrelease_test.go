package lock

import (
	"bytes"
	"crypto/sha256"
	"testing"

	"coen/debian/archive"
	"coen/internal/failure"
	"coen/store"
)

// TestInReleases keeps InRelease files beside a lock and takes them from there.
func TestInReleases(t *testing.T) {
	files := [][]byte{[]byte("first\n"), []byte("the second\n")}
	l := &Lock{}
	for i, name := range []string{"trixie", "trixie-updates"} {
		l.Suites = append(l.Suites, Suite{Archive: "debian", Name: name,
			File: archive.File{Size: int64(len(files[i])), SHA256: sha256.Sum256(files[i])}})
	}
	open := func() *store.Store {
		s, err := store.Open(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	from := open()
	for _, f := range files {
		if _, err := from.Put(f); err != nil {
			t.Fatal(err)
		}
	}
	joined, err := JoinInReleases(l, from)
	if err != nil || string(joined) != "first\nthe second\n" {
		t.Fatalf("%q, %v", joined, err)
	}
	for _, c := range []struct {
		joined string
		have   int
	}{
		{string(joined), 2},
		{string(joined) + "more", 2},
		{"FIRST\nthe second\n", 1},
		{"first\n", 1},
		{"first\nthe", 1},
		{"", 0},
	} {
		to := open()
		if err := KeepInReleases(l, to, []byte(c.joined)); err != nil {
			t.Fatal(err)
		}
		have := 0
		for _, s := range l.Suites {
			if to.Has(s.SHA256) {
				have++
			}
		}
		got, err := InReleases(l, to)
		switch {
		case have != c.have:
			t.Errorf("%q: %d files, want %d", c.joined, have, c.have)
		case have < 2 && failure.ExitCode(err) != failure.Unavailable:
			t.Errorf("%q: %v", c.joined, err)
		case have == 2 && (err != nil || !bytes.Equal(bytes.Join(got, nil), joined)):
			t.Errorf("%q: %q, %v", c.joined, got, err)
		}
	}
}
