package cache

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func newCache(t *testing.T, limit int64) *Cache {
	t.Helper()
	dir := t.TempDir()
	c, err := open(filepath.Join(dir, "cache"), filepath.Join(dir, "config", "secret"), limit)
	must(t, err)
	t.Cleanup(func() { c.Close() })
	return c
}

var one, two = [32]byte{1}, [32]byte{1, 2}

func wantValue(t *testing.T, c *Cache, key [32]byte, want string, there bool) {
	t.Helper()
	if got, ok := c.Get(key); ok != there || string(got) != want {
		t.Errorf("under %x is %q, %v; want %q, %v", key[:2], got, ok, want, there)
	}
}

func TestValues(t *testing.T) {
	c := newCache(t, Limit)
	wantValue(t, c, one, "", false)
	c.Put(one, nil)
	c.Put(two, []byte("2"))
	c.Put(two, []byte("22"))
	wantValue(t, c, one, "", true)
	wantValue(t, c, two, "22", true)
	must(t, c.Clear())
	wantValue(t, c, one, "", false)
}

// TestSealed brings values into a cache as anyone can who may write there.
func TestSealed(t *testing.T) {
	c := newCache(t, Limit)
	for name, change := range map[string]func(sealed []byte) []byte{
		"flipped":     func(b []byte) []byte { b[len(b)-1] ^= 1; return b },
		"longer":      func(b []byte) []byte { return append(b, 0) },
		"cut":         func(b []byte) []byte { return b[:len(b)-1] },
		"empty":       func([]byte) []byte { return nil },
		"of two":      func([]byte) []byte { b, _ := os.ReadFile(c.value(two)); return b },
		"other key's": func([]byte) []byte { o := newCache(t, Limit); return append(o.seal(one, []byte("evil")), "evil"...) },
	} {
		c.Put(one, []byte("value"))
		c.Put(two, []byte("value"))
		sealed, err := os.ReadFile(c.value(one))
		must(t, err)
		must(t, os.WriteFile(c.value(one), change(bytes.Clone(sealed)), 0o600))
		if got, ok := c.Get(one); ok {
			t.Errorf("%s: taken for %q", name, got)
		}
	}
	c.Put(one, []byte("again"))
	wantValue(t, c, one, "again", true)
}

func TestFill(t *testing.T) {
	c := newCache(t, Limit)
	temporary := Temporary(t.TempDir())
	for _, c := range []*Cache{c, temporary} {
		if _, ok := c.Open(one); ok {
			t.Error("an empty cache has a file")
		}
		f, err := c.Fill(one, func(w io.Writer) error { _, err := io.WriteString(w, "content"); return err })
		must(t, err)
		got := make([]byte, 7)
		if _, err := f.ReadAt(got, 0); err != nil || string(got) != "content" {
			t.Errorf("reads %q, %v", got, err)
		}
		if _, ok := c.Open(one); ok != (c != temporary) {
			t.Errorf("is there a second time: %v", ok)
		}
		broken := errors.New("broken")
		if _, err := c.Fill(two, func(io.Writer) error { return broken }); !errors.Is(err, broken) {
			t.Errorf("a failing writer makes %v", err)
		}
	}
	if _, ok := c.Open(two); ok {
		t.Error("what was not written is there")
	}
	entries, err := os.ReadDir(temporary.Dir())
	if must(t, err); len(entries) > 0 {
		t.Errorf("left behind: %v", entries)
	}
	temporary.Put(one, []byte("x"))
	wantValue(t, temporary, one, "", false)
}

// TestTrim makes three values and uses the oldest: the second oldest has to go.
func TestTrim(t *testing.T) {
	c := newCache(t, 2*(32+5))
	for i, key := range [][32]byte{{1}, {2}, {3}} {
		c.Put(key, []byte("value"))
		when := time.Now().Add(time.Duration(i-10) * time.Hour)
		must(t, os.Chtimes(c.value(key), when, when))
	}
	c.Get([32]byte{1})
	must(t, c.Close())
	wantValue(t, c, [32]byte{1}, "value", true)
	wantValue(t, c, [32]byte{2}, "", false)
	wantValue(t, c, [32]byte{3}, "value", true)
}

func TestSecret(t *testing.T) {
	name := filepath.Join(t.TempDir(), "coen", "secret")
	a, err := readSecret(name)
	must(t, err)
	b, err := readSecret(name)
	must(t, err)
	if !bytes.Equal(a, b) || bytes.Equal(a, make([]byte, secretSize)) {
		t.Errorf("secrets %x and %x", a, b)
	}
	if info, err := os.Stat(name); err != nil || info.Mode() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	must(t, os.WriteFile(name, []byte("short"), 0o600))
	if _, err := readSecret(name); err == nil {
		t.Error("a short secret is taken")
	}
}
