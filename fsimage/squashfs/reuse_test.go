package squashfs

import (
	"bytes"
	"crypto/sha256"
	"testing"
)

// A counter counts what a cache does not have.
type counter struct {
	Cache
	missed, asked int
}

func (c *counter) Get(key [32]byte) ([]byte, bool) {
	value, ok := c.Cache.Get(key)
	c.asked++
	if !ok {
		c.missed++
	}
	return value, ok
}

// TestBlocks lays an image out again around its own blocks, and around those of one
// that was compressed otherwise: nothing is compressed either time.
func TestBlocks(t *testing.T) {
	entries := append(sample(), prose()...)
	sums := map[string][32]byte{}
	for _, e := range entries {
		if e.Mode.IsRegular() && e.Hardlink == "" {
			sums[e.Name] = sha256.Sum256([]byte(e.content))
		}
	}
	for _, level := range []Level{Best, Fastest} {
		first := write(t, entries, &Options{BlockSize: small.BlockSize, ModTime: epoch, Level: level})
		again := *small
		again.Workers = 1
		own, err := open(t, first).Blocks(&again, sums)
		if err != nil {
			t.Fatal(err)
		}
		c := &counter{Cache: own}
		again.Cache = c
		second := write(t, entries, &again)
		if c.missed > 0 || c.asked == 0 {
			t.Errorf("level %v: %d of %d blocks are compressed again", level, c.missed, c.asked)
		}
		if level == Best && !bytes.Equal(first, second) {
			t.Error("an image laid out again has other bytes")
		}
		// Without digests no file is known.
		if own, err = open(t, first).Blocks(&again, nil); err != nil {
			t.Fatal(err)
		}
		c.Cache, c.missed, c.asked = own, 0, 0
		if third := write(t, entries, &again); c.missed != c.asked || level == Best && !bytes.Equal(first, third) {
			t.Errorf("level %v: without digests %d of %d blocks are compressed", level, c.missed, c.asked)
		}
	}
}
