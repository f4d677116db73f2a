package loader

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"coen/fsimage/iso9660"
	"coen/internal/linux"
	"coen/internal/qemu"
)

var testTime = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// debianFiles are the files of Debian's boot loaders.
func debianFiles(t testing.TB) Files {
	t.Helper()
	wanted := map[string]bool{mbrSource: true, isolinuxSource: true, shimSource: true, mokSource: true, grubSource: true}
	for _, name := range modules {
		wanted[moduleSource+name] = true
	}
	files := linux.Files(t, func(name string) bool { return wanted[name] }, Packages...)
	return func(name string) ([]byte, error) {
		if files[name] == nil {
			return nil, fmt.Errorf("no file %q", name)
		}
		return files[name], nil
	}
}

// bootable writes an image that boots into the kernel of package linux.
func bootable(t testing.TB) string {
	t.Helper()
	kernel := linux.Get(t)
	l, err := New(Config{
		Menu: Menu{
			Title:   "COEN's test menu; $x",
			Timeout: 1,
			Default: "test",
			Entries: []Entry{
				{ID: "other", Title: `It isn't "this" one`, Kernel: "live/none", Initrd: "live/none"},
				{ID: "test", Title: "Test & {more}; $menu", Kernel: "live/vmlinuz-6.12.0+deb13-amd64", Initrd: "live/initrd.img",
					Args: append(linux.Arguments("iso9660", ""), "odd=$x;{#}&|<>*")},
			},
		},
		Marker: ".disk/id-0123456789abcdef",
		Serial: 0xC0E42026,
		Time:   testTime,
	}, debianFiles(t))
	if err != nil {
		t.Fatal(err)
	}
	l.Files = append(l.Files, File{"live/vmlinuz-6.12.0+deb13-amd64", kernel.Vmlinuz}, File{"live/initrd.img", kernel.Initrd})
	name := filepath.Join(t.TempDir(), "test.iso")
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w := iso9660.NewWriter(f, iso9660.Volume{
		Name: "COEN TEST", Created: testTime, Joliet: true, Boot: l.Boot,
		Hybrid: &iso9660.Hybrid{Code: l.Code, Signature: 1, Disk: iso9660.GUID{1}, Files: iso9660.GUID{2}, ESP: iso9660.GUID{3}},
	})
	for _, file := range l.Files {
		h := &iso9660.Header{Name: file.Name, Mode: 0o644, Size: int64(len(file.Data)), ModTime: testTime}
		if err := w.Add(h, bytes.NewReader(file.Data)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return name
}

// TestBoot boots an image in every way there is, and has the kernel list it.
func TestBoot(t *testing.T) {
	if testing.Short() {
		t.Skip("boots machines")
	}
	image := bootable(t)
	for _, firmware := range []qemu.Firmware{qemu.BIOS, qemu.UEFI, qemu.SecureBoot} {
		for _, medium := range []qemu.Medium{qemu.CDROM, qemu.USB} {
			t.Run(fmt.Sprint(firmware, " ", medium), func(t *testing.T) {
				files := linux.Boot(t, qemu.Config{Image: image, Firmware: firmware, Medium: medium})
				if len(files) < 15 {
					t.Errorf("%d files: %v", len(files), files)
				}
			})
		}
	}
}
