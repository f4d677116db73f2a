package squashfs

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// An entry is what the tests write and what they read back.
type entry struct {
	Header
	content string
}

func (e *entry) add(w *Writer) error {
	if !e.Mode.IsRegular() || e.Hardlink != "" {
		return w.Add(&e.Header, nil)
	}
	return w.Add(&e.Header, strings.NewReader(e.content))
}

// An image is what a Writer writes to in the tests.
type image []byte

func (m *image) WriteAt(p []byte, offset int64) (int, error) {
	if grow := int(offset) + len(p) - len(*m); grow > 0 {
		*m = append(*m, make([]byte, grow)...)
	}
	return copy((*m)[offset:], p), nil
}

func write(t testing.TB, entries []entry, o *Options) image {
	t.Helper()
	var m image
	w, err := NewWriter(&m, o)
	if err != nil {
		t.Fatal(err)
	}
	for i := range entries {
		if err := entries[i].add(w); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if int64(len(m)) != w.Size() || len(m)%imageAlignment != 0 {
		t.Fatalf("image has %d bytes, Size says %d", len(m), w.Size())
	}
	return m
}

func open(t testing.TB, m image) *Reader {
	t.Helper()
	r, err := NewReader(bytes.NewReader(m), int64(len(m)))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func read(r *Reader) ([]entry, error) {
	var entries []entry
	err := r.Walk(func(h *Header, content Content) error {
		e := entry{Header: *h}
		if content != nil {
			raw, err := io.ReadAll(io.NewSectionReader(content, 0, content.Size()))
			if err != nil {
				return err
			}
			e.content = string(raw)
		}
		entries = append(entries, e)
		return nil
	})
	return entries, err
}

var epoch = time.Unix(1_700_000_000, 0).UTC()

// sample has every type, every bit, attributes, hard links, duplicates, holes and
// tails. Its blocks are to be of 4 KiB.
func sample() []entry {
	var list []entry
	add := func(name string, mode fs.FileMode, edit func(*entry)) {
		e := entry{Header: Header{Name: name, Mode: mode, ModTime: epoch}}
		if edit != nil {
			edit(&e)
		}
		list = append(list, e)
	}
	content := func(s string) func(*entry) { return func(e *entry) { e.content = s } }
	capability := map[string]string{"security.capability": "\x01\x00\x00\x02\x00\x04\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"}
	text := strings.Repeat("All work and no play makes Jack a dull boy.\n", 500)

	add(".", fs.ModeDir|0o755, func(e *entry) { e.UID, e.GID = 0, 0 })
	add("attributes", 0o644, func(e *entry) {
		e.Xattrs = map[string]string{"user.empty": "", "user.text": "value", "trusted.binary": "\x00\xff", "security.capability": capability["security.capability"]}
		e.content = "a"
	})
	add("bin", fs.ModeDir|fs.ModeSticky|0o777, func(e *entry) { e.Xattrs = map[string]string{"user.dir": "yes"} })
	add("bin/ping", 0o755, func(e *entry) { e.Xattrs, e.content = capability, "ping" })
	add("bin/ping4", 0, func(e *entry) { e.Hardlink = "bin/ping" })
	add("bin/ping6", 0, func(e *entry) { e.Hardlink = "bin/ping" })
	add("bin/su", fs.ModeSetuid|fs.ModeSetgid|0o755, func(e *entry) { e.UID, e.GID, e.content = 4294967294, 1234567, "su" })
	add("dev", fs.ModeDir|0o755, nil)
	add("dev/block", fs.ModeDevice|0o660, func(e *entry) { e.Devmajor, e.Devminor = 8, 1 })
	add("dev/last", fs.ModeDevice|fs.ModeCharDevice|0o600, func(e *entry) { e.Devmajor, e.Devminor, e.Xattrs = 4095, 1048575, capability })
	add("dev/null", fs.ModeDevice|fs.ModeCharDevice|0o666, func(e *entry) { e.Devmajor, e.Devminor = 1, 3 })
	add("dev/null2", 0, func(e *entry) { e.Hardlink = "dev/null" })
	add("dev/pipe", fs.ModeNamedPipe|0o600, nil)
	add("dev/socket", fs.ModeSocket|0o600, nil)
	add("duplicate", 0o600, content(text))
	add("empty", 0, nil)
	add("emptydir", fs.ModeDir, nil)
	add("hole", 0o644, content(text[:4096]+strings.Repeat("\x00", 3*4096)+text[:5000]))
	add("hole-first", 0o644, content(strings.Repeat("\x00", 2*4096)+text[:8192]))
	add("hole-only", 0o644, content(strings.Repeat("\x00", 4*4096+17)))
	add("link", fs.ModeSymlink|0o777, func(e *entry) { e.Linkname = "bin/ping" })
	add("link2", fs.ModeSymlink|0o777, func(e *entry) {
		e.Linkname, e.Xattrs = "/"+strings.Repeat("a/", 2047), map[string]string{"security.test": "1"}
	})
	add("link3", 0, func(e *entry) { e.Hardlink = "link2" })
	add("nasty \\\n\xff\"name", 0o644, content("tail"))
	add("original", 0o644, content(text))
	add("random", 0o644, content(noise(3*4096+100)))
	add(strings.Repeat("n", 255), 0o644, content("long name"))
	add("whole", 0o644, content(text[:8192]))
	slices.SortFunc(list, byPath)
	return list
}

// byPath sorts as Walk does.
func byPath(a, b entry) int {
	return slices.Compare(strings.Split(a.Name, "/"), strings.Split(b.Name, "/"))
}

// noise returns n bytes that do not compress.
func noise(n int) string {
	var b []byte
	for sum := sha256.Sum256(nil); len(b) < n; sum = sha256.Sum256(sum[:]) {
		b = append(b, sum[:]...)
	}
	return string(b[:n])
}

// effective returns entries as they are read back: hard links with what they are
// linked to.
func effective(entries []entry) []entry {
	byName := make(map[string]entry)
	for _, e := range entries {
		byName[e.Name] = e
	}
	out := slices.Clone(entries)
	for i := range out {
		if first, ok := byName[out[i].Hardlink]; ok {
			name := out[i].Name
			out[i] = first
			out[i].Name, out[i].Hardlink, out[i].content = name, first.Name, ""
		}
	}
	return out
}

func compare(t *testing.T, got, want []entry) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d entries, want %d", len(got), len(want))
	}
	for i := range want {
		if !reflect.DeepEqual(got[i], want[i]) {
			t.Errorf("entry %d:\ngot  %.300q\nwant %.300q", i, fmt.Sprint(got[i]), fmt.Sprint(want[i]))
		}
	}
}

var small = &Options{BlockSize: 4096, ModTime: epoch}

func TestRoundTrip(t *testing.T) {
	for _, level := range []Level{Best, Better, Default, Fastest, Store} {
		o := &Options{BlockSize: 4096, ModTime: epoch, Level: level}
		m := write(t, sample(), o)
		r := open(t, m)
		got, err := read(r)
		if err != nil {
			t.Fatal(err)
		}
		compare(t, got, effective(sample()))
		if !r.ModTime().Equal(epoch) || r.BlockSize() != 4096 {
			t.Errorf("image of %v with blocks of %d", r.ModTime(), r.BlockSize())
		}
		copyImage(t, m, o)
	}
}

// copyImage writes what is read from an image and expects the same bytes.
func copyImage(t *testing.T, m image, o *Options) {
	t.Helper()
	var again image
	w, err := NewWriter(&again, o)
	if err != nil {
		t.Fatal(err)
	}
	if err := open(t, m).Walk(w.Add); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(again, m) {
		t.Error("copying an image made other bytes")
	}
}

// TestGolden guards the bytes. They may change with the zstd encoder or by intent;
// either makes every image of every release another one.
func TestGolden(t *testing.T) {
	for level, want := range map[Level]string{
		Best:    "96be79bdabbd50ab39113e327bc35d675a927d4a75fd0f2ba0d96c34a8026712",
		Better:  "0126249295e1eb3fe3a559083d9da7bcd75b9486511445e41195793a96796c70",
		Default: "5e2b0b74de56de2f6e854e02241e521e76e6021035de023e5a3d7ac6935f457b",
		Fastest: "d03980c7439b76dd791aa5a5eaf8a8dbb88cdc7788e153b6eb2769a755114a45",
		Store:   "7bcf49615685d180347049e141376404eb6b205b77edd51ea04d4901a703195b",
	} {
		sum := sha256.Sum256(write(t, append(sample(), prose()...), &Options{Level: level, ModTime: epoch, BlockSize: 16384}))
		if got := hex.EncodeToString(sum[:]); got != want {
			t.Errorf("level %d: image has SHA-256 %s, want %s", level, got, want)
		}
	}
}

// prose returns files whose content is made up, but compresses as text does.
func prose() []entry {
	words := strings.Fields("the of key and zone root is to signed in that by it with a hash ceremony officer safe card")
	random := noise(64 << 10)
	list := []entry{{Header: Header{Name: "prose", Mode: fs.ModeDir | 0o755, ModTime: epoch}}}
	for i := range 8 {
		var b strings.Builder
		for _, c := range []byte(random[i<<13:][:1<<13]) {
			b.WriteString(words[int(c)%len(words)])
			b.WriteByte(' ')
		}
		list = append(list, entry{Header{Name: fmt.Sprintf("prose/%d", i), Mode: 0o644, ModTime: epoch}, b.String()})
	}
	return list
}

// TestDeterminism varies everything that must not matter.
func TestDeterminism(t *testing.T) {
	entries := append(sample(), prose()...)
	want := write(t, entries, &Options{BlockSize: 8192, Workers: 1})
	for _, procs := range []int{1, 2, 8} {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(procs))
		for _, workers := range []int{0, 1, 2, 8} {
			if !bytes.Equal(write(t, entries, &Options{BlockSize: 8192, Workers: workers}), want) {
				t.Errorf("%d workers on %d processors make other bytes", workers, procs)
			}
		}
	}
}

// zeroContent is a large file of zeros with a byte at its end.
type zeroContent int64

func (c zeroContent) Size() int64 { return int64(c) }
func (c zeroContent) ReadAt(p []byte, offset int64) (int, error) {
	clear(p)
	if end := int64(c) - 1 - offset; end >= 0 && end < int64(len(p)) {
		p[end] = 1
	}
	return len(p), nil
}

// TestLargeFile has a size that needs more than 32 bits.
func TestLargeFile(t *testing.T) {
	const size = 4<<30 + 12345
	var m image
	w, err := NewWriter(&m, nil)
	if err != nil {
		t.Fatal(err)
	}
	w.Add(&Header{Name: ".", Mode: fs.ModeDir}, nil)
	w.Add(&Header{Name: "large"}, zeroContent(size))
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if len(m) > 64<<10 {
		t.Errorf("image of %d bytes", len(m))
	}
	f, err := open(t, m).Open("large")
	if err != nil {
		t.Fatal(err)
	}
	last := make([]byte, 2)
	n, err := f.(io.ReaderAt).ReadAt(last, size-2)
	if n != 2 || last[0] != 0 || last[1] != 1 {
		t.Errorf("read %d bytes %v, %v", n, last, err)
	}
}

// TestSharing looks at how much space files take that have the same content.
func TestSharing(t *testing.T) {
	dir := entry{Header: Header{Name: ".", Mode: fs.ModeDir}}
	once := len(write(t, []entry{dir, {Header{Name: "a"}, noise(100_000)}}, small))
	twice := len(write(t, []entry{dir, {Header{Name: "a"}, noise(100_000)}, {Header{Name: "b"}, noise(100_000)}}, small))
	if twice > once+imageAlignment {
		t.Errorf("a second copy takes %d bytes", twice-once)
	}
}

func TestLooksRandom(t *testing.T) {
	for _, test := range []struct {
		name, content string
		want          bool
	}{
		{"noise", noise(64 << 10), true},
		{"little noise", noise(minRandom), true},
		{"text", strings.Repeat("text", 64<<8), false},
		{"half noise", noise(32<<10) + strings.Repeat("text", 8<<10), false},
		{"zeros", strings.Repeat("\x00", 64<<10), false},
	} {
		if got := looksRandom([]byte(test.content)); got != test.want {
			t.Errorf("%s: %v", test.name, got)
		}
	}
}
