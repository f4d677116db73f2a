package fat_test

import (
	"bytes"
	"encoding/binary"
	"io"
	"io/fs"
	"math/rand"
	"strings"
	"testing"

	"coen/fsimage/fat"
)

// small is an image of few bytes that matter: the boot sector, the start of the
// tables and the first directories.
func small(t testing.TB) []byte {
	return write(t, fat.Volume{Label: "FUZZ", ClusterSize: 512},
		file("A/B.TXT", strings.Repeat("content", 200)), file("long name.text", "1"), dir("D"))
}

// FuzzReader replaces bytes of an image. The first two bytes of each record are
// a position in the sectors that matter, the third is the new byte.
func FuzzReader(f *testing.F) {
	valid := small(f)
	f.Add([]byte{})
	f.Add([]byte{0, 13, 128, 0, 16, 0})
	f.Fuzz(func(t *testing.T, edits []byte) {
		start := bytes.Clone(valid[:1<<16])
		for ; len(edits) >= 3; edits = edits[3:] {
			start[binary.BigEndian.Uint16(edits)] = edits[2]
		}
		exhaust(t, start, valid)
	})
}

// FuzzBoot reads images that begin with arbitrary bytes.
func FuzzBoot(f *testing.F) {
	f.Add(small(f)[:512])
	zeros := make([]byte, 3<<20)
	f.Fuzz(func(t *testing.T, b []byte) {
		exhaust(t, b[:min(len(b), len(zeros))], zeros)
	})
}

// A patch is an image of which the start has been replaced.
type patch struct {
	start []byte
	image []byte
}

func (p patch) ReadAt(b []byte, off int64) (int, error) {
	n, err := bytes.NewReader(p.image).ReadAt(b, off)
	if off < int64(len(p.start)) {
		copy(b, p.start[off:])
	}
	return n, err
}

// exhaust reads all there is to read, if the image opens.
func exhaust(t *testing.T, start, image []byte) {
	r, err := fat.NewReader(patch{start, image}, int64(len(image)))
	if err != nil {
		return
	}
	var total int64
	err = fs.WalkDir(r, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		f, err := r.Open(name)
		if err != nil {
			return err
		}
		n, err := io.Copy(io.Discard, f.(io.Reader))
		total += n
		return err
	})
	if err != nil {
		t.Errorf("image opened, but: %v", err)
	}
	if total > int64(len(image)) {
		t.Errorf("%d bytes of content in an image of %d", total, len(image))
	}
}

// TestDamage flips bytes all over the parts that matter.
func TestDamage(t *testing.T) {
	valid := small(t)
	rng := rand.New(rand.NewSource(7))
	for range 5000 {
		start := bytes.Clone(valid[:48<<10])
		for range 1 + rng.Intn(4) {
			start[rng.Intn(len(start))] = byte(rng.Intn(256))
		}
		exhaust(t, start, valid)
	}
}

func TestReaderRefuses(t *testing.T) {
	valid := small(t)
	// With clusters of 512 bytes and 4085 or more of them, tables of 16
	// sectors and a root of 32, data starts in sector 65.
	le := binary.LittleEndian
	spf := int(le.Uint16(valid[22:]))
	table, root := 512, 512*(1+2*spf)
	data := root + 32*32*16
	for _, c := range []struct {
		name string
		edit func(b []byte)
		want string
	}{
		{"signature", func(b []byte) { b[510] = 0 }, "no signature"},
		{"sector size", func(b []byte) { b[12] = 8 }, "sectors of 2048 bytes"},
		{"cluster size", func(b []byte) { b[13] = 3 }, "senseless"},
		{"no tables", func(b []byte) { b[16] = 0 }, "senseless"},
		{"too long", func(b []byte) { le.PutUint16(b[19:], 0xFFFF) }, "do not fit"},
		{"short table", func(b []byte) { b[22]-- }, "cannot describe"},
		{"FAT12", func(b []byte) { b[13] = 2 }, "FAT12"},
		{"loop", func(b []byte) { le.PutUint16(b[table+2*3:], 3) }, "in use"},
		{"wild", func(b []byte) { le.PutUint16(b[table+2*3:], 0xF000) }, "leads to cluster"},
		{"free", func(b []byte) { le.PutUint16(b[table+2*3:], 0) }, "leads to cluster 0"},
		{"short chain", func(b []byte) { le.PutUint16(b[table+2*3:], 0xFFFF) }, "chain has 1"},
		{"directory loop", func(b []byte) { le.PutUint16(b[data+64+26:], 2) }, "in use"},
		{"slash", func(b []byte) { b[data+64] = '/' }, "contains '/'"},
		{"nul", func(b []byte) { b[data+64+1] = 0 }, `contains '\x00'`},
		{"dots", func(b []byte) { copy(b[root+32:], "..  ") }, ""},
		{"twice", func(b []byte) { copy(b[root+64:], b[root+32:root+64]) }, "twice"},
		{"empty with clusters", func(b []byte) { le.PutUint32(b[data+64+28:], 0) }, "empty file has"},
	} {
		image := bytes.Clone(valid)
		c.edit(image)
		_, err := fat.NewReader(bytes.NewReader(image), int64(len(image)))
		if c.want == "" && err == nil {
			continue
		}
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q", c.name, err, c.want)
		}
	}
	for _, n := range []int{0, 100, 511, 512, 5000, 100000} {
		if _, err := fat.NewReader(bytes.NewReader(valid[:n]), int64(len(valid))); err == nil && n < data {
			t.Errorf("image cut to %d bytes opened", n)
		}
	}
}
