package squashfs

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// TestEncoderVersion holds the name in cache keys to the module in use.
func TestEncoderVersion(t *testing.T) {
	mod, err := os.ReadFile("../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(mod), Encoder) {
		t.Errorf("go.mod does not have %s", Encoder)
	}
}

// A mapCache counts what is asked of it.
type mapCache struct {
	mu         sync.Mutex
	m          map[[32]byte][]byte
	hits, puts int
}

func (c *mapCache) Get(key [32]byte) ([]byte, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	v, ok := c.m[key]
	if ok {
		c.hits++
	}
	return v, ok
}

func (c *mapCache) Put(key [32]byte, value []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.m[key] = value
	c.puts++
}

func TestCache(t *testing.T) {
	entries := append(sample(), prose()...)
	want := write(t, entries, small)
	cache := &mapCache{m: make(map[[32]byte][]byte)}
	options := *small
	options.Cache = cache
	for _, step := range []struct {
		name   string
		forget func() (missing int) // how many values are to be made; -1 for all
	}{
		{"empty cache", func() int { return -1 }},
		{"full cache", func() int { return 0 }},
		{"half of it", func() (missing int) {
			for key := range cache.m {
				if key[0]%2 == 0 {
					delete(cache.m, key)
					missing++
				}
			}
			return missing
		}},
		{"unknown values", func() int {
			for key := range cache.m {
				cache.m[key] = []byte{'?'}
			}
			return -1
		}},
	} {
		missing := step.forget()
		cache.hits, cache.puts = 0, 0
		if !bytes.Equal(write(t, entries, &options), want) {
			t.Errorf("%s: other bytes", step.name)
		}
		if missing < 0 {
			missing = len(cache.m)
		}
		if cache.puts != missing {
			t.Errorf("%s: %d hits, %d blocks compressed, want %d", step.name, cache.hits, cache.puts, missing)
		}
	}
}

// summed is a content that may be read only so often.
type summed struct {
	*strings.Reader
	text  string
	reads *atomic.Int64
}

func (s summed) SHA256() [32]byte { return sha256.Sum256([]byte(s.text)) }

func (s summed) ReadAt(p []byte, offset int64) (int, error) {
	s.reads.Add(1)
	return s.Reader.ReadAt(p, offset)
}

// TestCacheInsteadOfContent wants contents whose digest is known to be read only
// where they are not in the cache, or not compressed.
func TestCacheInsteadOfContent(t *testing.T) {
	cache := &mapCache{m: make(map[[32]byte][]byte)}
	options := *small
	options.Cache = cache
	var first image
	for again := range 2 {
		var reads atomic.Int64
		var m image
		w, err := NewWriter(&m, &options)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range prose() {
			if e.Mode.IsDir() {
				e.Header.Name = "."
				err = w.Add(&e.Header, nil)
			} else {
				e.Header.Name = strings.TrimPrefix(e.Header.Name, "prose/")
				err = w.Add(&e.Header, summed{strings.NewReader(e.content), e.content, &reads})
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if again == 0 {
			first = m
		}
		if (reads.Load() == 0) != (again == 1) || !bytes.Equal(m, first) {
			t.Errorf("time %d: %d reads, same bytes: %v", again+1, reads.Load(), bytes.Equal(m, first))
		}
	}
}

// TestCacheAfterChange changes one small file among many and counts what has to be
// compressed again.
func TestCacheAfterChange(t *testing.T) {
	entries := []entry{{Header: Header{Name: ".", Mode: fs.ModeDir}}}
	text := noise(1 << 20)
	for i := range 4000 {
		entries = append(entries, entry{Header{Name: fmt.Sprintf("%04d", i)}, text[i*200:][:100+i%150]})
	}
	cache := &mapCache{m: make(map[[32]byte][]byte)}
	o := &Options{BlockSize: 16384, Level: Fastest, Cache: cache}
	write(t, entries, o)
	all := cache.puts
	cache.puts = 0
	entries[2000].content += "changed"
	write(t, entries, o)
	if cache.puts == 0 || cache.puts > all/4 {
		t.Errorf("after a change %d of %d blocks are compressed again", cache.puts, all)
	}
}
