package squashfs

import (
	"bytes"
	"encoding/binary"
	"io"
	"io/fs"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
)

// plain is a small image without compression, in which bytes can be changed.
func plain(t testing.TB) image {
	return write(t, []entry{
		{Header: Header{Name: ".", Mode: fs.ModeDir}},
		{Header: Header{Name: "d1", Mode: fs.ModeDir}},
		{Header: Header{Name: "d1/d2", Mode: fs.ModeDir}},
		{Header{Name: "d1/file", Xattrs: map[string]string{"user.name": "value"}}, strings.Repeat("content", 1000)},
		{Header{Name: "hole"}, strings.Repeat("\x00", 8192)},
		{Header: Header{Name: "link", Mode: fs.ModeSymlink, Linkname: "target"}},
	}, &Options{BlockSize: 4096, Level: Store})
}

// at returns where the listing entry of a name begins.
func at(t *testing.T, m image, name string) int {
	t.Helper()
	i := bytes.LastIndex(m, []byte(name))
	if i < 0 {
		t.Fatalf("%q is not in the image", name)
	}
	return i - entrySize
}

func TestReaderRefuses(t *testing.T) {
	little := binary.LittleEndian
	super := func(edit func(s *superblock)) func(*testing.T, image) {
		return func(t *testing.T, m image) {
			s, err := decodeSuperblock(m[:superblockSize])
			if err != nil {
				t.Fatal(err)
			}
			edit(s)
			copy(m, s.encode())
		}
	}
	// node changes what follows the head of a file's inode.
	node := func(name string, offset int, value uint32) func(*testing.T, image) {
		return func(t *testing.T, m image) {
			info, err := open(t, m).lookup("lstat", name, false)
			if err != nil {
				t.Fatal(err)
			}
			s, _ := decodeSuperblock(m[:superblockSize])
			at := int(s.InodeTable) + 2 + info.node.ref.offset() + binary.Size(inodeHead{}) + offset
			little.PutUint32(m[at:], value)
		}
	}
	tests := []struct {
		name   string
		damage func(t *testing.T, m image)
		want   string
	}{
		{"magic", super(func(s *superblock) { s.Magic[0] = 'S' }), "not a squashfs image"},
		{"version", super(func(s *superblock) { s.Major = 3 }), "version 3.0"},
		{"block size", super(func(s *superblock) { s.BlockSize = 5000 }), "block size 5000"},
		{"logarithm", super(func(s *superblock) { s.BlockLog = 77 }), "logarithm 77"},
		{"compressor", super(func(s *superblock) { s.Compressor = 4 }), "compressor 4 (xz) is not supported"},
		{"size", super(func(s *superblock) { s.Size = 1 << 40 }), "image of 1099511627776 bytes"},
		{"tables", super(func(s *superblock) { s.InodeTable, s.DirTable = s.DirTable, s.InodeTable }), "tables overlap"},
		{"root", super(func(s *superblock) { s.Root = math.MaxUint64 }), "outside"},
		{"root offset", super(func(s *superblock) { s.Root |= 0xfff0 }), "outside its block"},
		{"ids", super(func(s *superblock) { s.IDs = 0 }), "id 0 of 0"},
		{"id table", super(func(s *superblock) { s.IDTable = math.MaxUint64 - 3 }), "outside the image"},
		{"attributes", super(func(s *superblock) { s.XattrTable = none64 }), "the image has none"},
		{"attribute table", super(func(s *superblock) { s.XattrTable = none64 - 3 }), "outside the image"},
		{"fragments", super(func(s *superblock) { s.Fragments = 0 }), "fragment 0 of 0"},
		{"loop", func(t *testing.T, m image) {
			s, _ := decodeSuperblock(m[:superblockSize])
			little.PutUint16(m[at(t, m, "d2"):], uint16(s.Root.offset()))
		}, `"d1/d2": is the same directory as "."`},
		{"slash in name", func(t *testing.T, m image) { m[at(t, m, "file")+entrySize+1] = '/' }, "contains a slash"},
		{"dot dot", func(t *testing.T, m image) { copy(m[at(t, m, "d2")+entrySize:], "..") }, `element ".."`},
		{"order", func(t *testing.T, m image) { copy(m[at(t, m, "d2")+entrySize:], "zz") }, "not in sorted order"},
		{"long run", func(t *testing.T, m image) { m[at(t, m, "d2")-headSize+1] = 1 }, "run of 258 entries"},
		{"listing", node("d1", 8, 4), "longer than its"},
		{"directory size", node("d1", 8, 1), "listing of 1 bytes"},
		{"target", node("link", 4, 5000), "target of 5000 bytes"},
		{"no target", node("link", 4, 0), "target of 0 bytes"},
		{"file size", node("hole", 8, 1<<30), "more than 4194304"},
		{"negative size", node("hole", 12, 1<<31), "size is negative"},
		{"block list", node("hole", 8, 1<<22), "block"},
		{"tail", node("d1/file", 32, 4000), "outside its fragment"},
		{"block position", node("d1/file", 4, 1<<30), "outside the image"},
		{"block size", node("d1/file", 40, 5000), "data block of 5000 bytes"},
		{"short block", node("d1/file", 40, 4095|blockStored), "holds 4095 bytes, not 4096"},
		{"corrupt block", node("d1/file", 40, 4095), "data block at"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			m := slices.Clone(plain(t))
			if test.name == "file size" {
				node("hole", 12, 1<<20)(t, m)
			}
			test.damage(t, m)
			r, err := NewReader(bytes.NewReader(m), int64(len(m)))
			if err == nil {
				_, err = read(r)
			}
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want %q", err, test.want)
			}
		})
	}
}

// TestBomb wants a block that claims little and holds much to cost little.
func TestBomb(t *testing.T) {
	e, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	bomb := e.EncodeAll(make([]byte, 64<<20), nil)
	r := open(t, plain(t))
	if out, err := r.decompress(bomb, metadataSize); err == nil {
		t.Errorf("%d bytes from a block that may have %d", len(out), metadataSize)
	}
}

// TestDamage changes every byte of the head and tables of an image, and cuts it
// here and there. Neither may panic, nor may what is read grow out of measure.
func TestDamage(t *testing.T) {
	for _, level := range []Level{Store, Fastest} {
		m := slices.Clone(write(t, hostileSample(), &Options{BlockSize: 4096, Level: level}))
		s, err := decodeSuperblock(m[:superblockSize])
		if err != nil {
			t.Fatal(err)
		}
		for i := range m {
			if i > superblockSize && uint64(i) < s.InodeTable || uint64(i) > s.Size {
				continue
			}
			for _, flip := range []byte{1, 0xff} {
				m[i] ^= flip
				explore(m)
				m[i] ^= flip
			}
		}
		for i := 0; i < len(m); i += 50 {
			explore(m[:i])
		}
	}
}

func hostileSample() []entry {
	return slices.DeleteFunc(sample(), func(e entry) bool { return len(e.content) > 20000 || len(e.Linkname) > 100 || e.Hardlink == "link2" })
}

// explore reads what it can of an image, within limits.
func explore(m []byte) {
	r, err := NewReader(bytes.NewReader(m), int64(len(m)))
	if err != nil {
		return
	}
	entries := 0
	r.Walk(func(h *Header, content Content) error {
		if entries++; entries > 1000 {
			return io.EOF
		}
		if content != nil {
			io.CopyN(io.Discard, io.NewSectionReader(content, 0, content.Size()), 64<<10)
			content.ReadAt(make([]byte, 10), content.Size()-5)
		}
		return nil
	})
	fs.ReadDir(r, ".")
	if f, err := r.Open("bin/ping6"); err == nil {
		io.CopyN(io.Discard, f, 64<<10)
	}
	fs.Stat(r, "link")
}
