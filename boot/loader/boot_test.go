package loader

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"coen/fsimage/iso9660"
	"coen/internal/linux"
	"coen/internal/linux/report"
	"coen/internal/qemu"
)

var testTime = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// loaderFiles are the files of Debian's boot loaders, once they were asked for.
var loaderFiles map[string][]byte

// debianFiles gives the files of Debian's boot loaders.
func debianFiles(t testing.TB) Files {
	t.Helper()
	if loaderFiles == nil {
		loaderFiles = linux.Files(t, isLoader, Packages...)
	}
	return func(name string) ([]byte, error) {
		if loaderFiles[name] == nil {
			return nil, fmt.Errorf("no file %q", name)
		}
		return loaderFiles[name], nil
	}
}

func isLoader(name string) bool {
	return slices.Contains([]string{mbrSource, isolinuxSource, shimSource, mokSource, grubSource}, name) ||
		strings.HasPrefix(name, moduleSource)
}

// What must reach screen and kernel as it is.
var (
	titles = []string{`It isn't "this" one`, "Test & {more}; $menu"}
	args   = append(linux.Arguments("iso9660", ""), "odd=$x;{#}&|<>*")
)

// bootable writes an image that boots into a kernel, and returns its path and
// files.
func bootable(t testing.TB, kernel *linux.Kernel) (string, []File) {
	t.Helper()
	l, err := New(Config{
		Menu: Menu{
			Title:   "COEN's test menu; $x",
			Timeout: 1,
			Default: "test",
			Entries: []Entry{
				{ID: "other", Title: titles[0], Kernel: "live/none", Initrd: "live/none"},
				{ID: "test", Title: titles[1], Kernel: "live/vmlinuz-6.12.0+deb13-amd64", Initrd: "live/initrd.img",
					Args: args},
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
	return name, l.Files
}

// TestBoot boots an image in every way there is. The menu must have shown, the
// kernel must have got its arguments as they are, and see all files.
func TestBoot(t *testing.T) {
	if testing.Short() {
		t.Skip("boots machines")
	}
	image, files := bootable(t, linux.Get(t))
	for _, way := range []struct {
		firmware qemu.Firmware
		medium   qemu.Medium
	}{
		{qemu.BIOS, qemu.CDROM}, {qemu.BIOS, qemu.USB},
		{qemu.UEFI, qemu.CDROM}, {qemu.UEFI, qemu.USB},
		{qemu.SecureBoot, qemu.CDROM},
	} {
		t.Run(fmt.Sprint(way.firmware, " ", way.medium), func(t *testing.T) {
			r := linux.Boot(t, qemu.Config{Image: image, Firmware: way.firmware, Medium: way.medium})
			if r.UEFI != (way.firmware != qemu.BIOS) || r.SecureBoot != (way.firmware == qemu.SecureBoot) {
				t.Errorf("booted by UEFI: %v, with Secure Boot: %v", r.UEFI, r.SecureBoot)
			}
			if !strings.Contains(" "+r.Command+" ", " "+strings.Join(args, " ")+" ") {
				t.Errorf("command line %q lacks %q", r.Command, args)
			}
			for _, title := range titles {
				if !strings.Contains(r.Console, title) {
					t.Errorf("menu lacks %q", title)
				}
			}
			compare(t, r.Files, files)
		})
	}
}

// compare holds files that a kernel saw against those of the image.
func compare(t *testing.T, got []report.File, want []File) {
	t.Helper()
	sums := map[string]string{}
	for _, f := range got {
		sums[string(f.Name)] = f.SHA256
	}
	for _, f := range want {
		sum := sha256.Sum256(f.Data)
		// The info table is in the image, not in the file.
		if sums[f.Name] != hex.EncodeToString(sum[:]) && (f.Name != isolinuxBin || sums[f.Name] == "") {
			t.Errorf("%q has SHA-256 %q", f.Name, sums[f.Name])
		}
	}
}

// TestBootRefused boots a kernel of which a bit was changed.
func TestBootRefused(t *testing.T) {
	if testing.Short() {
		t.Skip("boots a machine")
	}
	kernel := *linux.Get(t)
	kernel.Vmlinuz = bytes.Clone(kernel.Vmlinuz)
	kernel.Vmlinuz[len(kernel.Vmlinuz)/2] ^= 1
	image, _ := bootable(t, &kernel)
	linux.Turn(t)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
	defer cancel()
	m, err := qemu.Start(ctx, qemu.Config{Image: image, Firmware: qemu.SecureBoot})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	match, err := m.Console.Expect(ctx, regexp.MustCompile(`bad shim signature|coen: \w+`))
	if err != nil {
		t.Fatal(err)
	}
	if match[0] != "bad shim signature" {
		t.Errorf("the kernel started: %q", match[0])
	}
}
