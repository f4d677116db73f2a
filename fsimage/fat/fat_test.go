package fat_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"math/rand"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"coen/fsimage/fat"
)

// A sample is an entry of a test's image.
type sample struct {
	fat.Header
	data string
}

func file(name, data string) sample {
	return sample{fat.Header{Name: name, Mode: 0o644, Size: int64(len(data)), ModTime: testTime}, data}
}

func dir(name string) sample {
	return sample{fat.Header{Name: name, Mode: fs.ModeDir | 0o755, ModTime: testTime}, ""}
}

var testTime = time.Date(2026, 8, 1, 12, 34, 56, 0, time.UTC)

// write makes an image, failing the test if it cannot be made.
func write(t testing.TB, v fat.Volume, samples ...sample) []byte {
	t.Helper()
	b, err := tryWrite(v, samples...)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func tryWrite(v fat.Volume, samples ...sample) ([]byte, error) {
	var b bytes.Buffer
	w := fat.NewWriter(&b, v)
	for _, s := range samples {
		if err := w.Add(&s.Header, strings.NewReader(s.data)); err != nil {
			return nil, err
		}
	}
	err := w.Close()
	return b.Bytes(), err
}

func open(t testing.TB, image []byte) *fat.Reader {
	t.Helper()
	r, err := fat.NewReader(bytes.NewReader(image), int64(len(image)))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// read returns everything below the root of an image.
func read(t testing.TB, r *fat.Reader) (samples []sample) {
	t.Helper()
	err := fs.WalkDir(r, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || name == "." {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		s := sample{Header: *info.Sys().(*fat.Header)}
		if !d.IsDir() {
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

// volumes are the kinds of volume that the tests write.
var volumes = map[string]fat.Volume{
	"fat16-fit":  {Label: "COEN ESP", Serial: 0xC0E4_2026, Time: testTime},
	"fat16-512":  {Type: fat.FAT16, ClusterSize: 512},
	"fat16-8k":   {Type: fat.FAT16, ClusterSize: 8 << 10},
	"fat16-size": {Size: 20_000_256, Label: "A-B_C"},
	"fat16-4097": {Size: 4097 * 512 * 8, ClusterSize: 4096},
	"fat32-fit":  {Type: fat.FAT32, Label: "BIG", Serial: 1, Time: testTime},
	"fat32-min":  {Type: fat.FAT32, ClusterSize: 512},
	"fat32-1k":   {Size: 70 << 20, ClusterSize: 1024},
}

// tree has names of every kind.
var tree = []sample{
	file("EFI/BOOT/BOOTX64.EFI", strings.Repeat("shim", 5000)),
	file("EFI/BOOT/grubx64.efi", strings.Repeat("grub!", 3333)),
	file("boot/grub/grub.cfg", "search --file --set=root /.disk/id\n"),
	file("empty", ""),
	file("exactly one name of thirteen.txt", "x"),
	file("thirteen char", "13 units need no terminator"),
	file(".hidden", "leading dot"),
	file("a.b.c.tar.gz", "many dots"),
	file("Read Me First.TXT", "spaces"),
	file("README~1.TXT", "taken short name"),
	file("read me second.txt", "x"),
	file("été à Genève.txt", "accents"),
	file("鍵の儀式", "ideographs"),
	file("🔑", "a surrogate pair"),
	file(strings.Repeat("n", 255), "longest"),
	dir("empty dir"),
	dir("many"),
	{fat.Header{Name: "LOCKED.BIN", Mode: 0o444, Size: 3, ModTime: time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)}, "\x00\x01\x02"},
	{fat.Header{Name: "LATE.BIN", Mode: 0o644, Size: 0, ModTime: time.Date(2107, 12, 31, 23, 59, 58, 0, time.UTC)}, ""},
}

func init() {
	for i := range 150 {
		tree = append(tree, file(fmt.Sprintf("many/similar name %03d.dat", i), strings.Repeat("z", i*40)))
	}
}

// names returns the headers and data in order of path, with implied directories.
func sorted(samples []sample, v fat.Volume) []sample {
	seen := map[string]bool{}
	all := slices.Clone(samples)
	for _, s := range samples {
		seen[s.Name] = true
	}
	implied := v.Time
	if implied.IsZero() {
		implied = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	for _, s := range samples {
		for i, c := range s.Name {
			if c == '/' && !seen[s.Name[:i]] {
				seen[s.Name[:i]] = true
				d := dir(s.Name[:i])
				d.ModTime = implied
				all = append(all, d)
			}
		}
	}
	slices.SortFunc(all, func(a, b sample) int {
		return slices.Compare(strings.Split(a.Name, "/"), strings.Split(b.Name, "/"))
	})
	return all
}

func TestRoundTrip(t *testing.T) {
	for name, v := range volumes {
		t.Run(name, func(t *testing.T) {
			image := write(t, v, tree...)
			if v.Size != 0 && int64(len(image)) != v.Size {
				t.Errorf("image has %d bytes, want %d", len(image), v.Size)
			}
			r := open(t, image)
			got, want := read(t, r), sorted(tree, v)
			if !slices.Equal(got, want) {
				t.Errorf("read back:\n%v\nwant:\n%v", got, want)
			}
			if r.Volume.Label != v.Label || r.Volume.Serial != v.Serial {
				t.Errorf("volume %+v, want %+v", r.Volume, v)
			}
			if again := write(t, r.Volume, got...); !bytes.Equal(again, image) {
				t.Error("writing what was read makes another image")
			}
		})
	}
}

// TestGolden pins the bytes. A change here changes every image made before.
func TestGolden(t *testing.T) {
	want := map[string]string{
		"fat16-size": "048a2b8ee272f2c1ef64ddcf3783fd6ac76365943f7a969ffca4a13662e5bae3",
		"fat16-4097": "dcc6816cb1fd0c47fd68d4f36d6042cac0283418a47bfa1ad3c44d960427c052",
		"fat32-min":  "7088dcf72cff0c06073572824739e1436fd2ceb06331f2d9a252c3af4d7b0bdc",
		"fat32-1k":   "59ea89f7032acab045951de0a12e049f1a5de1e6211b268c3ac55302bd4279e7",
		"fat16-fit":  "900c74121f52b8c3177b8c0d2153b5b3ea6d60930b4eddb4bd11b09953cbcf64",
		"fat32-fit":  "1d8bba92be768a8da126ec6e1d4e90b4a4cccd5f7f8c77dff7aa84265d1d7544",
		"fat16-512":  "9cb9efe02721132fa52c0c8b3a0497de81830ee350c4a0e3ac003060578e7f3a",
		"fat16-8k":   "678570ae28c2770cfd83f25728efe79173cffc4ceb327d85f8860a6b347e6ec0",
	}
	for name, v := range volumes {
		sum := sha256.Sum256(write(t, v, tree...))
		if got := hex.EncodeToString(sum[:]); want[name] != got {
			t.Errorf("%q: %q,", name, got)
		}
	}
}

func TestOrderDoesNotMatter(t *testing.T) {
	v := volumes["fat16-fit"]
	want := write(t, v, tree...)
	shuffled := slices.Clone(tree)
	rand.New(rand.NewSource(1)).Shuffle(len(shuffled), func(i, j int) {
		shuffled[i], shuffled[j] = shuffled[j], shuffled[i]
	})
	if !bytes.Equal(write(t, v, shuffled...), want) {
		t.Error("another order of Add makes another image")
	}
}

func TestFS(t *testing.T) {
	r := open(t, write(t, volumes["fat16-fit"], tree...))
	if err := fstest.TestFS(r, "EFI/BOOT/BOOTX64.EFI", "many/similar name 149.dat", "empty", "empty dir"); err != nil {
		t.Error(err)
	}
	if _, err := r.Stat("efi/Boot/bootX64.efi"); err != nil {
		t.Errorf("names should compare without regard to case: %v", err)
	}
}

func TestAddRefuses(t *testing.T) {
	for _, c := range []struct {
		samples []sample
		want    string
	}{
		{[]sample{file("../x", "")}, "not a path"},
		{[]sample{file("/x", "")}, "not a path"},
		{[]sample{dir(".")}, "not a path"},
		{[]sample{file("a:b", "")}, `contains ':'`},
		{[]sample{file("a\\b", "")}, `contains '\\'`},
		{[]sample{file("a\x01", "")}, `contains '\x01'`},
		{[]sample{file("dot.", "")}, "ends in a dot"},
		{[]sample{file("\xff", "")}, "not a path"},
		{[]sample{file(strings.Repeat("n", 256), "")}, "longer than 255"},
		{[]sample{file("a", ""), file("a", "")}, "added twice"},
		{[]sample{file("a", ""), file("A", "")}, "differs only in case"},
		{[]sample{file("a", ""), file("a/b", "")}, "not a directory"},
		{[]sample{file("a/b", ""), file("a", "")}, "added twice"},
		{[]sample{{fat.Header{Name: "l", Mode: fs.ModeSymlink}, ""}}, "neither"},
		{[]sample{{fat.Header{Name: "f", Size: 1 << 32}, ""}}, "out of range"},
		{[]sample{{fat.Header{Name: "d", Mode: fs.ModeDir, Size: 1}, ""}}, "out of range"},
		{[]sample{{fat.Header{Name: "f", ModTime: time.Date(1979, 12, 31, 0, 0, 0, 0, time.UTC)}, ""}}, "year 1979"},
		{[]sample{{fat.Header{Name: "f", Size: 2}, "1"}}, "shorter than its size"},
		{[]sample{{fat.Header{Name: "f", Size: 2}, "123"}}, "longer than its size"},
	} {
		_, err := tryWrite(fat.Volume{}, c.samples...)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: error %v, want %q", c.samples, err, c.want)
		}
	}
}

func TestVolumeRefuses(t *testing.T) {
	for _, c := range []struct {
		v    fat.Volume
		want string
	}{
		{fat.Volume{Type: 12}, "neither 16 nor 32"},
		{fat.Volume{Size: 1000}, "not a count of sectors"},
		{fat.Volume{Size: 512}, "0 clusters"},
		{fat.Volume{Size: 1 << 20}, "clusters"},
		{fat.Volume{Size: 8 << 20, ClusterSize: 1000}, "power of two"},
		{fat.Volume{Type: fat.FAT32, Size: 20 << 20}, "clusters"},
		{fat.Volume{Label: "twelve chars"}, "longer than 11"},
		{fat.Volume{Label: "lower"}, `contains 'l'`},
		{fat.Volume{Time: time.Unix(0, 0)}, "year 1970"},
	} {
		_, err := tryWrite(c.v)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: error %v, want %q", c.v, err, c.want)
		}
	}
	big := fat.Header{Name: "big", Mode: 0o644, Size: 6 << 20}
	w := fat.NewWriter(io.Discard, fat.Volume{Size: 6 << 20})
	w.Add(&big, strings.NewReader(strings.Repeat("x", 6<<20)))
	if err := w.Close(); err == nil || !strings.Contains(err.Error(), "content needs") {
		t.Errorf("too much content: error %v", err)
	}
	if err := w.Close(); err == nil {
		t.Error("second Close succeeded")
	}
}

// TestFull fills a volume to its last cluster.
func TestFull(t *testing.T) {
	const clusters, clusterSize = 5000, 2048
	for _, over := range []int{0, 1} {
		v := fat.Volume{Type: fat.FAT16, ClusterSize: clusterSize, Size: (1 + 2*20 + 32 + clusters*4) * 512}
		_, err := tryWrite(v, file("ALL", strings.Repeat("f", clusters*clusterSize+over)))
		if (err != nil) != (over > 0) {
			t.Errorf("%d bytes over: error %v", over, err)
		}
	}
}

func TestManyShortNames(t *testing.T) {
	var samples []sample
	for i := range 2000 {
		samples = append(samples, file(fmt.Sprintf("d/collision of short names %d", i), ""))
	}
	if got := read(t, open(t, write(t, fat.Volume{}, samples...))); len(got) != 2001 {
		t.Errorf("%d entries read back, want 2001", len(got))
	}
}
