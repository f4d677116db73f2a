package store

import (
	"bytes"
	"os"
	"testing"
)

func TestBlocks(t *testing.T) {
	s, err := Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	b := s.Blocks()
	one, two := [32]byte{1}, [32]byte{1, 2}
	if _, ok := b.Get(one); ok {
		t.Error("an empty cache has a block")
	}
	b.Put(one, []byte("1"))
	b.Put(two, []byte("2"))
	b.Put(two, []byte("22"))
	for key, want := range map[[32]byte]string{one: "1", two: "22"} {
		if got, ok := b.Get(key); !ok || !bytes.Equal(got, []byte(want)) {
			t.Errorf("block %x is %q, %v; want %q", key[:2], got, ok, want)
		}
	}
	if err := os.RemoveAll(b.dir); err != nil {
		t.Fatal(err)
	}
	if _, ok := b.Get(one); ok {
		t.Error("a deleted cache has a block")
	}
}
