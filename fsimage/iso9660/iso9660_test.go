package iso9660

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"maps"
	"math/rand"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

// A sample is an entry of a test's image.
type sample struct {
	Header
	data string
}

var (
	testTime   = time.Date(2026, 8, 1, 12, 34, 56, 0, time.UTC)
	volumeTime = time.Date(2026, 1, 1, 0, 0, 0, 120_000_000, time.UTC)
)

func regular(name, data string) sample {
	return sample{Header{Name: name, Mode: 0o644, Size: int64(len(data)), ModTime: testTime}, data}
}

func dir(name string) sample {
	return sample{Header{Name: name, Mode: fs.ModeDir | 0o755, ModTime: testTime}, ""}
}

func link(name, target string) sample {
	return sample{Header{Name: name, Mode: fs.ModeSymlink | 0o777, Linkname: target, ModTime: testTime}, ""}
}

// write makes an image, failing the test if it cannot be made.
func write(t testing.TB, v Volume, samples ...sample) []byte {
	t.Helper()
	b, err := tryWrite(v, maxExtent, samples...)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func tryWrite(v Volume, extent int64, samples ...sample) ([]byte, error) {
	var b bytes.Buffer
	w := NewWriter(&b, v)
	w.maxExtent = extent
	for _, s := range samples {
		if err := w.Add(&s.Header, strings.NewReader(s.data)); err != nil {
			return nil, err
		}
	}
	err := w.Close()
	return b.Bytes(), err
}

func open(t testing.TB, image []byte) *Reader {
	t.Helper()
	r, err := NewReader(bytes.NewReader(image), int64(len(image)))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// read returns everything in an image, the root first.
func read(t testing.TB, r *Reader) (samples []sample) {
	t.Helper()
	err := fs.WalkDir(r, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		s := sample{Header: *info.Sys().(*Header)}
		if d.Type().IsRegular() {
			data, err := fs.ReadFile(r, name)
			if err != nil {
				return err
			}
			s.data = string(data)
		}
		samples = append(samples, s)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return samples
}

// boot is a stand-in for a boot image.
func boot(size int) string { return strings.Repeat("boot image ", size/11+1)[:size] }

// tree has files of every kind.
var tree = []sample{
	{Header{Name: ".", Mode: fs.ModeDir | 0o755, UID: 1, GID: 2, ModTime: testTime}, ""},
	regular("boot/isolinux.bin", boot(38912)),
	regular("boot/efi.img", boot(100*1024)),
	regular("empty", ""),
	regular("one block", strings.Repeat("b", 2048)),
	regular("a.b.c.tar.gz", "many dots"),
	regular(".hidden", "leading dot"),
	regular("trailing.", "trailing dot"),
	regular("Makefile", "capitals"),
	regular("makefile", "the same but for case"),
	regular("live/filesystem.squashfs", strings.Repeat("squash", 10000)),
	regular("été à Genève.txt", "accents"),
	regular("鍵の儀式", "ideographs"),
	regular("🔑", "beyond the first plane"),
	regular("semi;colon*and?", "barred from Joliet"),
	regular(strings.Repeat("n", 252)+"1", "longest"),
	regular(strings.Repeat("n", 252)+"2", "longest, too"),
	dir("empty dir"),
	dir(strings.Repeat("d", 253)),
	regular("1/2/3/4/5/6/7/8/9/10/11/12/deep", "deeper than eight levels"),
	link("link", "one block"),
	link("up", "1/../1/2/./3"),
	link("root", "/"),
	link("absolute", "/etc/passwd"),
	link("long", "/"+strings.Repeat(strings.Repeat("e", 50)+"/", 40)+"end"),
	link("long elements", strings.Repeat("x", 249)+"/"+strings.Repeat("y", 255)+"/../z"),
	link("longest", strings.Repeat("a/", 2047)+"b"),
	{Header{Name: "sticky", Mode: fs.ModeDir | fs.ModeSticky | 0o777, UID: 1000, GID: 4_000_000_000, ModTime: testTime}, ""},
	{Header{Name: "suid", Mode: fs.ModeSetuid | fs.ModeSetgid | 0o755, Size: 1, ModTime: time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC)}, "s"},
	{Header{Name: "late", Mode: 0, ModTime: time.Date(2155, 12, 31, 23, 59, 59, 0, time.UTC)}, ""},
}

func init() {
	for i := range 200 {
		tree = append(tree, regular(fmt.Sprintf("many/a long name that is like all the others %03d.data", i), strings.Repeat("z", i*30)))
	}
}

// volumes are the kinds of volume that the tests write.
var volumes = map[string]Volume{
	"plain":  {Name: "PLAIN", Created: volumeTime},
	"joliet": {Name: "COEN 3.0.0", System: "LINUX", Set: "SET", Publisher: "PUB", Preparer: "PREP", Application: "APP (1)", Created: volumeTime, Modified: testTime, Joliet: true},
	"bios": {Name: "BIOS", Created: volumeTime, Boot: []BootImage{
		{Name: "boot/isolinux.bin", Platform: BIOS, Sectors: 4, InfoTable: true}}},
	"hybrid": {Name: "HYBRID", Created: volumeTime, Joliet: true, Boot: bootImages, Hybrid: &Hybrid{
		Code: []byte(boot(mbrCodeSize)), Signature: 0xC0E42026, Disk: GUID{1, 2, 3, 4, 5, 6, 0x47, 8, 0x89, 10}, Files: GUID{2, 2, 3, 4, 5, 6, 0x47, 8, 0x89, 10}, ESP: GUID{3, 2, 3, 4, 5, 6, 0x47, 8, 0x89, 10}}},
	"hybrid-uefi": {Name: "UEFI", Created: volumeTime, Boot: bootImages[1:], Hybrid: &Hybrid{
		Signature: 1, Disk: GUID{1}, Files: GUID{2}, ESP: GUID{3}}},
	"hybrid-bios": {Name: "BIOS", Created: volumeTime, Boot: bootImages[:1], Hybrid: &Hybrid{
		Code: []byte{0xEB, 0xFE}, Signature: 1, Disk: GUID{1}, Files: GUID{2}}},
}

var bootImages = []BootImage{
	{Name: "boot/isolinux.bin", Platform: BIOS, Sectors: 4, InfoTable: true},
	{Name: "boot/efi.img", Platform: UEFI},
}

// expected returns what is in an image of samples.
func expected(v Volume, samples []sample) []sample {
	seen := map[string]sample{".": {Header{Name: ".", Mode: fs.ModeDir | 0o755, ModTime: v.Created.Truncate(time.Second)}, ""}}
	for _, s := range samples {
		for i, c := range s.Name {
			if c == '/' {
				d := seen["."]
				d.Name = s.Name[:i]
				seen[d.Name] = d
			}
		}
	}
	for _, s := range samples {
		seen[s.Name] = s
	}
	elements := func(s sample) []string {
		if s.Name == "." {
			return nil
		}
		return strings.Split(s.Name, "/")
	}
	return slices.SortedFunc(maps.Values(seen), func(a, b sample) int {
		return slices.Compare(elements(a), elements(b))
	})
}

// patched tells the boot image that the info table changes.
func patched(s sample) bool { return s.Name == "boot/isolinux.bin" }

func compareSamples(t *testing.T, got, want []sample) {
	t.Helper()
	for i := range max(len(got), len(want)) {
		if i >= len(got) || i >= len(want) {
			t.Errorf("%d entries, want %d", len(got), len(want))
			return
		}
		g, w := got[i], want[i]
		if patched(g) {
			g.data, w.data = g.data[64:], w.data[64:]
		}
		if g != w {
			t.Errorf("entry %d is %.300q, want %.300q", i, fmt.Sprint(g), fmt.Sprint(w))
			return
		}
	}
}

func TestRoundTrip(t *testing.T) {
	for name, v := range volumes {
		for _, extent := range []int64{maxExtent, 4096} {
			t.Run(fmt.Sprintf("%s-%d", name, extent), func(t *testing.T) {
				image, err := tryWrite(v, extent, tree...)
				if err != nil {
					t.Fatal(err)
				}
				r := open(t, image)
				got := read(t, r)
				compareSamples(t, got, expected(v, tree))
				if r.Size != int64(len(image)) {
					t.Errorf("volume of %d bytes, image of %d", r.Size, len(image))
				}
				if again, err := tryWrite(r.Volume, extent, got...); err != nil || !bytes.Equal(again, image) {
					t.Errorf("writing what was read makes another image (%v)", err)
				}
			})
		}
	}
}

func TestJoliet(t *testing.T) {
	r := open(t, write(t, volumes["hybrid"], tree...))
	j, err := r.OpenJoliet()
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"鍵の儀式":                            "ideographs",
		"été à Genève.txt":                "accents",
		"_":                               "beyond the first plane",
		"semi_colon_and_":                 "barred from Joliet",
		"Makefile":                        "capitals",
		"makefile_1":                      "the same but for case",
		strings.Repeat("n", 62):           "longest",
		strings.Repeat("n", 60) + "_1":    "longest, too",
		"1/2/3/4/5/6/7/8/9/10/11/12/deep": "deeper than eight levels",
	} {
		if got, err := fs.ReadFile(j, name); err != nil || string(got) != want {
			t.Errorf("%q: %q, %v", name, got, err)
		}
	}
	if _, err := j.Stat("link"); err == nil {
		t.Error("Joliet has a symbolic link")
	}
	if j.Volume.Name != "HYBRID" {
		t.Errorf("Joliet volume is named %q", j.Volume.Name)
	}
	if _, err := open(t, write(t, volumes["plain"])).OpenJoliet(); err == nil {
		t.Error("found a Joliet tree where there is none")
	}
}

// TestGolden pins the bytes. A change here changes every image made before.
func TestGolden(t *testing.T) {
	want := map[string]string{
		"joliet":      "f0e117de0c011817c86d6ab9fc4f68c36b0c3684294e88130a8e2f71bc50ee9d",
		"bios":        "1086da9a5ec10c0300796437d222f6be1c0917cc8b475ab91f648c3db95b5c12",
		"hybrid":      "bbb6bb75b78d2e53f59fc4400054be79e154d77abc39b8184aa51c8fbf47ddbf",
		"hybrid-uefi": "9ca5980c611bb33c5216d37e32afbc03cb8d5d3521b652d3d429a6f7deb29bda",
		"hybrid-bios": "965c144def61cd24a9a5b32663747591de3f72f29a7f5d8ba9f958c66f8da28b",
		"plain":       "f1f501062f2571546e5cdad884bcab043f131ae46888b3c5f9a83b29df59b941",
	}
	for name, v := range volumes {
		sum := sha256.Sum256(write(t, v, tree...))
		if got := hex.EncodeToString(sum[:]); want[name] != got {
			t.Errorf("%q: %q,", name, got)
		}
	}
}

func TestOrderDoesNotMatter(t *testing.T) {
	v := volumes["hybrid"]
	want := write(t, v, tree...)
	shuffled := slices.Clone(tree)
	rand.New(rand.NewSource(1)).Shuffle(len(shuffled), func(i, j int) {
		shuffled[i], shuffled[j] = shuffled[j], shuffled[i]
	})
	if !bytes.Equal(write(t, v, shuffled...), want) {
		t.Error("another order of Add makes another image")
	}
}

// TestRandomTrees writes and reads trees of random shape.
func TestRandomTrees(t *testing.T) {
	rng := rand.New(rand.NewSource(42))
	for range 60 {
		samples := randomTree(rng)
		v := Volume{Name: "RANDOM", Created: testTime, Joliet: rng.Intn(2) == 0}
		image := write(t, v, samples...)
		compareSamples(t, read(t, open(t, image)), expected(v, samples))
	}
}

func randomTree(rng *rand.Rand) (samples []sample) {
	dirs := []string{""}
	used := map[string]bool{}
	for range 1 + rng.Intn(300) {
		b := make([]byte, 1+rng.Intn(1+rng.Intn(255)))
		for i := range b {
			b[i] = "abcABC01._- ~;"[rng.Intn(14)]
		}
		name := dirs[rng.Intn(len(dirs))] + string(b)
		if string(b) == "." || string(b) == ".." || used[name] {
			continue
		}
		used[name] = true
		switch rng.Intn(4) {
		case 0:
			samples = append(samples, dir(name))
			dirs = append(dirs, name+"/")
		case 1:
			samples = append(samples, link(name, strings.Repeat("../"+string(b)+"/", rng.Intn(5))+"x"))
		default:
			samples = append(samples, regular(name, strings.Repeat("x", rng.Intn(9000))))
		}
	}
	return samples
}

func TestFS(t *testing.T) {
	r := open(t, write(t, volumes["joliet"],
		regular("a/b/c", "c"), regular("d", "d"), dir("e"), link("l", "a"), link("m", "../l/b/c"), link("n", "/d")))
	if err := fstest.TestFS(r, "a/b/c", "d", "e", "l", "m", "n"); err != nil {
		t.Error(err)
	}
	for name, want := range map[string]string{"l/b/c": "c", "m": "c", "n": "d"} {
		if got, err := fs.ReadFile(r, name); err != nil || string(got) != want {
			t.Errorf("%q: %q, %v", name, got, err)
		}
	}
	r = open(t, write(t, volumes["plain"], link("loop", "loop"), link("out", "../../etc/passwd")))
	for _, name := range []string{"loop", "out"} {
		if _, err := r.Stat(name); err == nil {
			t.Errorf("%q opened", name)
		}
	}
}

func TestAddRefuses(t *testing.T) {
	long := strings.Repeat("n", 254)
	for _, c := range []struct {
		samples []sample
		want    string
	}{
		{[]sample{regular("../x", "")}, "not a path"},
		{[]sample{regular("/x", "")}, "not a path"},
		{[]sample{regular("\xff", "")}, "not a path"},
		{[]sample{regular("a\x00", "")}, "NUL"},
		{[]sample{regular(long, "")}, "longer than 253"},
		{[]sample{regular(long+"/x", "")}, "longer than 253"},
		{[]sample{regular(".", "")}, "root is a directory"},
		{[]sample{dir("."), dir(".")}, "added twice"},
		{[]sample{regular("a", ""), regular("a", "")}, "added twice"},
		{[]sample{regular("a", ""), regular("a/b", "")}, "not a directory"},
		{[]sample{link("a", "b"), regular("a/b", "")}, "not a directory"},
		{[]sample{regular("a/b", ""), regular("a", "")}, "added twice"},
		{[]sample{{Header{Name: "p", Mode: fs.ModeNamedPipe}, ""}}, "none of"},
		{[]sample{{Header{Name: "d", Mode: fs.ModeDir, Size: 1}, ""}}, "out of range"},
		{[]sample{{Header{Name: "f", Size: -1}, ""}}, "out of range"},
		{[]sample{{Header{Name: "f", Linkname: "x"}, ""}}, "must have a target"},
		{[]sample{link("l", "")}, "must have a target"},
		{[]sample{link("l", "a//b")}, "empty element"},
		{[]sample{link("l", "a/")}, "empty element"},
		{[]sample{link("l", "//a")}, "empty element"},
		{[]sample{link("l", strings.Repeat("x", 4096))}, "longer than 4095"},
		{[]sample{{Header{Name: "f", ModTime: time.Date(1899, 12, 31, 0, 0, 0, 0, time.UTC)}, ""}}, "year 1899"},
		{[]sample{{Header{Name: "f", Size: 2}, "1"}}, "shorter than its size"},
		{[]sample{{Header{Name: "f", Size: 2}, "123"}}, "longer than its size"},
	} {
		_, err := tryWrite(Volume{}, maxExtent, c.samples...)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%.200v: error %v, want %q", c.samples, err, c.want)
		}
	}
}

func TestVolumeRefuses(t *testing.T) {
	hybrid := func(change func(*Volume)) Volume {
		v := volumes["hybrid"]
		v.Boot = slices.Clone(v.Boot)
		h := *v.Hybrid
		v.Hybrid = &h
		change(&v)
		return v
	}
	for _, c := range []struct {
		v    Volume
		want string
	}{
		{Volume{Name: "small"}, `contains 's'`},
		{Volume{Name: "A "}, "ends in a space"},
		{Volume{Name: strings.Repeat("V", 33)}, "longer than 32"},
		{Volume{Publisher: "EXAMPLE@EXAMPLE"}, `contains '@'`},
		{Volume{Created: time.Date(2156, 1, 1, 0, 0, 0, 0, time.UTC)}, "year 2156"},
		{Volume{Boot: []BootImage{{Name: "nowhere"}}}, "not a file"},
		{Volume{Boot: []BootImage{{Name: "empty"}}}, "not a file"},
		{Volume{Boot: []BootImage{{Name: "one block", InfoTable: true}, {Name: "makefile", InfoTable: true}}}, "no room"},
		{Volume{Boot: slices.Repeat(bootImages[:1], 32)}, "more than 31"},
		{hybrid(func(v *Volume) { v.Hybrid.Code = make([]byte, 433) }), "longer than 432"},
		{hybrid(func(v *Volume) { v.Boot = v.Boot[1:] }), "without a BIOS"},
		{hybrid(func(v *Volume) { v.Boot = v.Boot[:1] }), "superfluous"},
		{hybrid(func(v *Volume) { v.Hybrid.Disk = GUID{} }), "missing"},
		{hybrid(func(v *Volume) { v.Hybrid.Disk = v.Hybrid.ESP }), "the same"},
		{hybrid(func(v *Volume) { v.Hybrid.Signature = 0 }), "no disk signature"},
	} {
		_, err := tryWrite(c.v, maxExtent, tree...)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: error %v, want %q", c.v, err, c.want)
		}
	}
}

// TestPlace finds the bytes of files where Place says, also of one that was
// written as several extents.
func TestPlace(t *testing.T) {
	samples := []sample{dir("d"), regular("d/one", "first"), regular("long", strings.Repeat("0123456789", 1000)), regular("none", "")}
	image, err := tryWrite(Volume{Name: "V", Created: volumeTime}, 2*blockSize, samples...)
	if err != nil {
		t.Fatal(err)
	}
	r := open(t, image)
	for _, s := range samples[1:] {
		offset, size, err := r.Place(s.Name)
		if err != nil || string(image[offset:offset+size]) != s.data {
			t.Errorf("%s: at %d, %d bytes, %v", s.Name, offset, size, err)
		}
	}
	for _, name := range []string{"d", "missing"} {
		if _, _, err := r.Place(name); err == nil {
			t.Errorf("%s has a place", name)
		}
	}
	r.root.child("long").extents[1].block++
	if _, _, err := r.Place("long"); err == nil || !strings.Contains(err.Error(), "pieces") {
		t.Errorf("a file in pieces: %v", err)
	}
}
