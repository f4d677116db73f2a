package squashfs

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
)

// largeDir returns a directory whose listing takes several metadata blocks.
func largeDir(n int) []entry {
	list := []entry{
		{Header: Header{Name: ".", Mode: fs.ModeDir | 0o755, ModTime: epoch}},
		{Header: Header{Name: "dir", Mode: fs.ModeDir | 0o755, ModTime: epoch}},
	}
	for i := range n {
		name := fmt.Sprintf("dir/%05d-%s", i, strings.Repeat("x", i%120))
		list = append(list, entry{Header{Name: name, Mode: 0o644, ModTime: epoch}, name})
	}
	slices.SortFunc(list, byPath)
	return list
}

func TestLargeDirectory(t *testing.T) {
	want := largeDir(1500)
	r := open(t, write(t, want, small))
	got, err := read(r)
	if err != nil {
		t.Fatal(err)
	}
	compare(t, got, want)
	checkIndex(t, r)
}

// checkIndex holds the index of "dir" to its listing.
func checkIndex(t *testing.T, r *Reader) {
	t.Helper()
	info, err := r.lookup("stat", "dir", true)
	if err != nil {
		t.Fatal(err)
	}
	c, err := r.newCursor(r.s.InodeTable, info.node.ref)
	if err != nil {
		t.Fatal(err)
	}
	var inode struct {
		Head inodeHead
		Dir  extendedDirInode
	}
	if err := c.decode(&inode); err != nil {
		t.Fatal(err)
	}
	if inode.Dir.Indexes < 10 {
		t.Fatalf("%d index entries", inode.Dir.Indexes)
	}
	for range inode.Dir.Indexes {
		var index dirIndex
		if err := c.decode(&index); err != nil {
			t.Fatal(err)
		}
		want, err := c.bytes(int(index.NameSize) + 1)
		if err != nil {
			t.Fatal(err)
		}
		offset := (int(inode.Dir.Offset) + int(index.Position)) % metadataSize
		at, err := r.newCursor(r.s.DirTable, newRef(uint64(index.Block), offset))
		if err != nil {
			t.Fatal(err)
		}
		list, _, err := readRun(at, nil)
		if err != nil || list[0].name != string(want) {
			t.Errorf("index says %q at %d, there is %v, %v", want, index.Position, list, err)
		}
	}
}
