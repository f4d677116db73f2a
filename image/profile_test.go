package image

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"testing"
	"time"

	"coen/boot/initramfs"
	"coen/boot/loader"
	"coen/fsimage/cpio"
	"coen/fsimage/fat"
	"coen/fsimage/iso9660"
	"coen/fsimage/verity"
	"coen/medium"
	"coen/profile"
	"coen/recipe"
	"coen/tree"
)

// golden has the SHA-256 of what each writer and encoder makes of the same input, for
// each profile.
var golden = map[int]map[string]string{
	1: {
		"FAT":                    "78fb0fc2101e87223d7c93d092fb5d1d9c2a2fe669bb4bbf4535a0a77a146635",
		"ISO 9660":               "934d8e0553d04a5d4f60d9c7e103b99ddd9e3f1b22563f0410eaef972e5f80e4",
		"boot loaders":           "95bd875c1b72235960a1b26983a4b95c179573560cd0bda6dcf06b09a609bbf4",
		"cpio":                   "62de0836d00412873ec2bbdd96e14280c02c9ebb1fe3ec7fa059ed0b80e7b4c7",
		"identifiers":            "41cd59650a897c9b851682d4fb6a3e5272639960b588107d811b66e3091ce1e6",
		"provenance":             "b9a4a3bace76fd57e06ea4745bc751a562e486832a710492eb1a15b5bfa64c5e",
		"squashfs":               "c2f5a18db3fc2349744c2e3e684da8f2a307940849dc886127bae5d1744ab8bb",
		"verity":                 "d7272ea84b7867d903d14aacbd319c70f67da2c553ea0e3614be20a60d7d1a7a",
		"zstd of the initramfs":  "4c8e46df80480385b269bdaf89689cefba3364460bc7060d687c13650138384c",
		"zstd of the provenance": "d35ad42cfeb3da36f72a9d90ce51ee8a473f89ac6e9b3c9e8f883335d4613e93",
	},
}

// TestProfile holds writers and encoders to the bytes of the profile that locks
// name.
func TestProfile(t *testing.T) {
	want, ok := golden[profile.Current.Number]
	if !ok {
		t.Fatalf("no golden hashes for profile %d: enter those below once they are as they should be", profile.Current.Number)
	}
	for name, write := range writers {
		var out bytes.Buffer
		must(t, write(&out))
		if got := fmt.Sprintf("%x", sha256.Sum256(out.Bytes())); got != want[name] {
			t.Errorf(`%s makes other bytes: SHA-256 %s, not %s.
Images of locks with profile %d would no longer have their hashes. Take the change
back (if a dependency was updated, do not update it), or make a new profile: raise
profile.Current, enter the old one in profile.retired with the last release that has
it, enter golden hashes for the new one here, and make the locks again.`, name, got, want[name], profile.Current.Number)
		}
	}
}

var goldenTime = time.Date(2026, 1, 2, 3, 4, 6, 0, time.UTC)

// sample returns bytes of which some compress well and some do not.
func sample(n int, seed uint64) []byte {
	r := rand.New(rand.NewPCG(seed, 1))
	words := make([]string, 300)
	for i := range words {
		words[i] = fmt.Sprintf("%x", r.Uint64N(1<<(4*(1+i%9))))
	}
	var b []byte
	for len(b) < n {
		if len(b)%7 == 0 {
			b = append(b, byte(r.Uint32()), byte(r.Uint32()))
		}
		b = append(append(b, words[r.IntN(len(words))*r.IntN(len(words))/len(words)]...), ' ')
	}
	return b[:n]
}

// writers write the same with each writer and encoder of an image, with the options
// of the build.
var writers = map[string]func(io.Writer) error{
	"cpio":                   writeCPIO,
	"FAT":                    writeFAT,
	"ISO 9660":               writeVolume,
	"squashfs":               writeSquashfs,
	"verity":                 writeVerity,
	"zstd of the initramfs":  func(w io.Writer) error { return packed(w, initramfs.Compress) },
	"zstd of the provenance": func(w io.Writer) error { return packed(w, compressList) },
	"boot loaders":           writeLoaders,
	"provenance": func(w io.Writer) error {
		_, err := fmt.Fprintln(w, &medium.Record{
			Path: "/a b", Kind: 'f', Mode: 0o4755, UID: 1, GID: 2, Digest: "-", Made: "tool", Changed: []string{"rule é"},
		})
		return err
	},
	"identifiers": func(w io.Writer) error {
		id := identifiers{"lock"}
		_, err := fmt.Fprintf(w, "%x %x %x", id.bytes("a"), id.uuid("b"), id.number("c"))
		return err
	},
}

func packed(w io.Writer, compress func([]byte) ([]byte, error)) error {
	out, err := compress(sample(3<<20, 1))
	if err != nil {
		return err
	}
	_, err = w.Write(out)
	return err
}

func writeCPIO(w io.Writer) error {
	a := cpio.NewWriter(w)
	body := sample(1000, 2)
	for _, h := range []cpio.Header{
		{Name: "d", Mode: fs.ModeDir | 0o755, ModTime: goldenTime},
		{Name: "d/f", Mode: 0o644, ModTime: goldenTime, Size: int64(len(body))},
		{Name: "n", Mode: fs.ModeDevice | fs.ModeCharDevice | 0o600, Devmajor: 5, Devminor: 1},
	} {
		if err := a.WriteHeader(&h); err != nil {
			return err
		}
		if _, err := a.Write(body[:h.Size]); err != nil {
			return err
		}
	}
	return a.Close()
}

func writeFAT(w io.Writer) error {
	f := fat.NewWriter(w, fat.Volume{Type: fat.FAT16, Label: "EFI", Serial: 7, Time: goldenTime})
	body := sample(100000, 3)
	for _, name := range []string{"EFI/BOOT/BOOTX64.EFI", "boot/grub/grub.cfg"} {
		h := &fat.Header{Name: name, Mode: 0o644, Size: int64(len(body)), ModTime: goldenTime}
		if err := f.Add(h, bytes.NewReader(body)); err != nil {
			return err
		}
	}
	return f.Close()
}

func writeLoaders(w io.Writer) error {
	l, err := loader.New(loader.Config{
		Menu: loader.Menu{Title: "Title", Timeout: 5, Entries: []loader.Entry{
			{ID: "one", Title: "One", Kernel: medium.Kernel, Initrd: medium.Initramfs, Args: []string{"a=b", "console=ttyS0"}},
			{ID: "two", Title: "Two", Kernel: medium.Kernel, Initrd: medium.Initramfs},
		}},
		Marker: "live/marker", Serial: 7, Time: goldenTime,
	}, func(name string) ([]byte, error) { return []byte("MZ " + name), nil })
	if err != nil {
		return err
	}
	for _, f := range l.Files {
		fmt.Fprintf(w, "%s %x\n", f.Name, sha256.Sum256(f.Data))
	}
	_, err = fmt.Fprintf(w, "%+v %x\n", l.Boot, l.Code)
	return err
}

func writeVolume(w io.Writer) error {
	id := identifiers{"lock"}
	v := iso9660.Volume{
		Name: "COEN_1", Publisher: "COEN", Application: "COEN 1", Created: goldenTime, Joliet: true,
		Boot: []iso9660.BootImage{
			{Name: "isolinux/isolinux.bin", Platform: iso9660.BIOS, Sectors: 4, InfoTable: true},
			{Name: "boot/grub/efi.img", Platform: iso9660.UEFI},
		},
		Hybrid: &iso9660.Hybrid{
			Code: sample(432, 4), Signature: id.number("MBR"),
			Disk: id.uuid("GPT disk"), Files: id.uuid("GPT files"), ESP: id.uuid("GPT ESP"),
		},
	}
	iso := iso9660.NewWriter(w, v)
	for i, name := range []string{"isolinux/isolinux.bin", "boot/grub/efi.img", "live/root.squashfs", "a long name, in lower case"} {
		body := sample(5000*(i+1), 5)
		h := &iso9660.Header{Name: name, Mode: 0o444, Size: int64(len(body)), ModTime: goldenTime}
		if err := iso.Add(h, bytes.NewReader(body)); err != nil {
			return err
		}
	}
	return iso.Close()
}

func writeSquashfs(w io.Writer) error {
	t := tree.New(goldenTime.Unix())
	for i := range 40 {
		if err := t.WriteFile(fmt.Sprintf("/file%d", i), sample(1<<(i/2), uint64(i)), 0o644); err != nil {
			return err
		}
	}
	if err := t.Symlink("file1", "/link"); err != nil {
		return err
	}
	if err := t.Link("/file2", "/another"); err != nil {
		return err
	}
	var image flat
	b := &builder{}
	b.in.Recipe = &recipe.Recipe{Epoch: goldenTime}
	s := &System{Tree: t, builder: b}
	o := s.rootOptions(nil)
	o.Workers = 2
	if _, err := writeRoot(context.Background(), &image, t, o, func(int64) {}); err != nil {
		return err
	}
	_, err := w.Write(image)
	return err
}

func writeVerity(w io.Writer) error {
	id := identifiers{"lock"}
	salt := id.bytes("verity salt")
	v, err := verity.NewWriter(salt[:], id.uuid("verity"))
	if err != nil {
		return err
	}
	if _, err := v.Write(sample(300*verity.BlockSize, 6)); err != nil {
		return err
	}
	hashes, err := v.Tree()
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "%x\n", hashes.Hash)
	_, err = hashes.WriteTo(w)
	return err
}

// A flat is a file in memory.
type flat []byte

func (f *flat) WriteAt(p []byte, at int64) (int, error) {
	if end := int(at) + len(p); end > len(*f) {
		*f = append(*f, make([]byte, end-len(*f))...)
	}
	return copy((*f)[at:], p), nil
}
