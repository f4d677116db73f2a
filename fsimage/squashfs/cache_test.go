package squashfs

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
)

// TestEncoderVersion holds the name in cache keys to the module in use.
func TestEncoderVersion(t *testing.T) {
	mod, err := os.ReadFile("../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(mod), encoderVersion) {
		t.Errorf("go.mod does not have %s", encoderVersion)
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
		damage func(v []byte) []byte
		misses bool
	}{
		{"empty cache", nil, true},
		{"full cache", func(v []byte) []byte { return v }, false},
		{"flipped bit", func(v []byte) []byte { v[len(v)-1] ^= 1; return v }, true},
		{"truncated", func(v []byte) []byte { return v[:len(v)-1] }, true},
		{"emptied", func([]byte) []byte { return nil }, true},
		{"repaired", func(v []byte) []byte { return v }, false},
	} {
		for key, value := range cache.m {
			cache.m[key] = step.damage(slices.Clone(value))
		}
		cache.hits, cache.puts = 0, 0
		if !bytes.Equal(write(t, entries, &options), want) {
			t.Errorf("%s: other bytes", step.name)
		}
		if step.misses != (cache.puts > 0) || step.damage != nil && cache.hits == 0 {
			t.Errorf("%s: %d hits, %d blocks compressed", step.name, cache.hits, cache.puts)
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
