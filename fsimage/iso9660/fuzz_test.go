package iso9660

import (
	"bytes"
	"encoding/binary"
	"io"
	"io/fs"
	"math/rand"
	"strings"
	"testing"
)

// small is an image with everything in its first blocks.
func small(t testing.TB) []byte {
	v := volumes["hybrid"]
	return write(t, v, regular("boot/isolinux.bin", boot(100)), regular("boot/efi.img", boot(512)),
		link("l", strings.Repeat("x", 200)), regular(strings.Repeat("n", 250), "1"), regular("d/e/f", strings.Repeat("2", 3000)))
}

// significant is the number of bytes of the small image that are not padding.
const significant = 64 << 10

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

// FuzzReader replaces bytes of an image. The first two bytes of each record are
// a position, the third is the new byte.
func FuzzReader(f *testing.F) {
	valid := small(f)
	f.Add([]byte{})
	f.Add([]byte{0x80, 0, 2, 0x90, 40, 3})
	f.Fuzz(func(t *testing.T, edits []byte) {
		start := bytes.Clone(valid[:significant])
		for ; len(edits) >= 3; edits = edits[3:] {
			start[binary.BigEndian.Uint16(edits)] = edits[2]
		}
		exhaust(t, start, valid)
	})
}

// FuzzDirectory reads images with arbitrary bytes as the root directory.
func FuzzDirectory(f *testing.F) {
	valid := write(f, Volume{}, regular("a", "1"), link("l", "t"))
	root := int(le.Uint32(valid[systemBlocks*blockSize+158:])) * blockSize
	f.Add(valid[root : root+3*blockSize])
	f.Fuzz(func(t *testing.T, dir []byte) {
		start := bytes.Clone(valid[:root])
		start = append(start, dir[:min(len(dir), 100*blockSize)]...)
		exhaust(t, start, valid)
	})
}

// exhaust reads all there is to read, if the image opens.
func exhaust(t *testing.T, start, image []byte) {
	r, err := NewReader(patch{start, image}, int64(len(image)))
	if err != nil {
		return
	}
	readers := []*Reader{r}
	if j, err := r.OpenJoliet(); err == nil {
		readers = append(readers, j)
	}
	for _, r := range readers {
		if err := fs.WalkDir(r, ".", func(name string, d fs.DirEntry, err error) error {
			if err != nil || !d.Type().IsRegular() {
				return err
			}
			f, err := r.Open(name)
			if err != nil {
				return err
			}
			_, err = io.Copy(io.Discard, f.(io.Reader))
			return err
		}); err != nil {
			t.Errorf("image opened, but: %v", err)
		}
	}
}

// TestDamage changes bytes all over the parts that matter.
func TestDamage(t *testing.T) {
	valid := small(t)
	rng := rand.New(rand.NewSource(7))
	for range 5000 {
		start := bytes.Clone(valid[:significant])
		for range 1 + rng.Intn(4) {
			start[systemBlocks*blockSize+rng.Intn(significant-systemBlocks*blockSize)] = byte(rng.Intn(256))
		}
		exhaust(t, start, valid)
	}
}

func TestReaderRefuses(t *testing.T) {
	valid := small(t)
	const pvd = systemBlocks * blockSize
	root := int(le.Uint32(valid[pvd+158:])) * blockSize
	first := root + int(valid[root]) // the parent's record
	first += int(valid[first])       // BOOT
	catalog := int(le.Uint32(valid[pvd+blockSize+71:])) * blockSize
	for _, c := range []struct {
		name string
		edit func(b []byte)
		want string
	}{
		{"identifier", func(b []byte) { b[pvd+1] = 'X' }, "not of ISO 9660"},
		{"no primary", func(b []byte) { b[pvd] = 3 }, "no primary"},
		{"block size", func(b []byte) { b[pvd+129] = 2 }, "blocks of 512 bytes"},
		{"volume too large", func(b []byte) { b[pvd+83] = 1 }, "in an image of"},
		{"root outside", func(b []byte) { b[pvd+161] = 1 }, "not in the volume"},
		{"root empty", func(b []byte) { copy(b[pvd+166:], make([]byte, 4)) }, "not in the volume"},
		{"root endless", func(b []byte) { b[pvd+169] = 0xFF }, "not in the volume"},
		{"record too short", func(b []byte) { b[first] = 20 }, "malformed directory record"},
		{"record too long", func(b []byte) { b[first] = 255; b[first+32] = 250 }, "malformed"},
		{"empty identifier", func(b []byte) { b[first+32] = 0 }, "malformed directory record"},
		{"loop", func(b []byte) { le.PutUint32(b[first+2:], uint32(root/blockSize)) }, "belongs to another directory"},
		{"slash", func(b []byte) { b[bytes.Index(b, []byte("NM\x09\x01\x00boot"))+6] = '/' }, "no path element"},
		{"nul", func(b []byte) { b[bytes.Index(b, []byte("NM\x09\x01\x00boot"))+6] = 0 }, "no path element"},
		{"dots", func(b []byte) { copy(b[bytes.Index(b, []byte("NM\x09\x01\x00boot"))+2:], "\x07\x01\x00..\x00\x00") }, "no path element"},
		{"directory as file", func(b []byte) { b[first+25] = 0 }, "contradicts"},
		{"interleaved", func(b []byte) { b[first+26] = 1 }, "not supported"},
		{"several extents", func(b []byte) { b[first+25] |= flagMore }, "only files"},
		{"entry too long", func(b []byte) { b[bytes.Index(b, []byte("NM\x09\x01\x00boot"))+2] = 200 }, "malformed system use"},
		{"continuation", func(b []byte) { b[bytes.Index(b, []byte("CE\x1c\x01"))+13] = 0xFF }, "not within a block"},
		{"catalog", func(b []byte) { b[catalog+4]++ }, "malformed validation"},
		{"GPT header", func(b []byte) { b[512+40]++ }, "checksum does not match"},
		{"GPT table", func(b []byte) { b[1024+60]++ }, "checksum does not match"},
	} {
		image := bytes.Clone(valid)
		c.edit(image)
		_, err := NewReader(bytes.NewReader(image), int64(len(image)))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q", c.name, err, c.want)
		}
	}
	for _, n := range []int{0, 100, pvd, pvd + 2048, root, catalog} {
		if _, err := NewReader(bytes.NewReader(valid[:n]), int64(len(valid))); err == nil {
			t.Errorf("image cut to %d bytes opened", n)
		}
	}
}

// TestContinuationLoop refuses a continuation area that leads to itself.
func TestContinuationLoop(t *testing.T) {
	image := small(t)
	ce := bytes.Index(image, []byte("CE\x1c\x01"))
	block := le.Uint32(image[ce+4:])
	putBoth32(image[ce+12:], 0)            // offset
	putBoth32(image[ce+20:], continueSize) // size
	copy(image[int(block)*blockSize:], image[ce:ce+continueSize])
	_, err := NewReader(bytes.NewReader(image), int64(len(image)))
	if err == nil || !strings.Contains(err.Error(), "too many continuation areas") {
		t.Errorf("error %v", err)
	}
}
