package iso9660

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"coen/internal/oracle"
)

// TestReadsXorriso reads images that xorriso made: with Rock Ridge, with its
// longest names and links, and without.
func TestReadsXorriso(t *testing.T) {
	dir := t.TempDir()
	want := map[string]string{
		"plain":                                     "1",
		"Some Directory/with a file.name.txt":       strings.Repeat("2", 5000),
		"deep/1/2/3/4/5/6/7/8/9/file":               "3",
		"long/" + strings.Repeat("n", 250):          "4",
		"empty":                                     "",
		"isolinux/isolinux.bin":                     boot(4096),
		"isolinux/efi.img":                          boot(8192),
		"unicode/" + strings.Repeat("鍵", 20) + ".x": "5",
	}
	for name, data := range want {
		name = filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(data), 0o640); err != nil {
			t.Fatal(err)
		}
	}
	target := strings.Repeat("../"+strings.Repeat("e", 100)+"/", 9) + "end"
	if err := os.Symlink(target, filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	r := mkisofs(t, "-R", "-J", "-b", "isolinux/isolinux.bin", "-c", "isolinux/boot.cat", "-no-emul-boot",
		"-boot-load-size", "4", "-boot-info-table", "-eltorito-alt-boot", "-e", "isolinux/efi.img", "-no-emul-boot",
		"-efi-boot-part", "--efi-boot-image", "-V", "FOREIGN", dir)
	for name, data := range want {
		got, err := fs.ReadFile(r, name)
		if name == "isolinux/isolinux.bin" && len(got) > infoTableEnd {
			got, data = got[infoTableEnd:], data[infoTableEnd:]
		}
		if err != nil || string(got) != data {
			t.Errorf("%.60q: other content (%v)", name, err)
		}
		if info, err := r.Stat(name); err != nil || info.Mode() != 0o640 {
			t.Errorf("%.60q: mode %v (%v)", name, info, err)
		}
	}
	if got, err := r.ReadLink("link"); err != nil || got != target {
		t.Errorf("link leads to %q (%v)", got, err)
	}
	if b := r.Volume.Boot; len(b) != 2 || b[0] != (BootImage{"isolinux/isolinux.bin", BIOS, 4, true}) || b[1] != (BootImage{"isolinux/efi.img", UEFI, 16, false}) {
		t.Errorf("boot images %v", b)
	}
	if r.Volume.Name != "FOREIGN" || len(r.GPT) == 0 {
		t.Errorf("volume %+v, GPT %v", r.Volume, r.GPT)
	}
	r = mkisofs(t, "--norock", filepath.Join(dir, "Some Directory"))
	if got, err := fs.ReadFile(r, "WITH_A_F.TXT"); err != nil || len(got) != 5000 {
		t.Errorf("without Rock Ridge: %d bytes, %v", len(got), err)
	}
}

// mkisofs opens an image that xorriso makes.
func mkisofs(t *testing.T, args ...string) *Reader {
	t.Helper()
	name := filepath.Join(t.TempDir(), "image.iso")
	oracle.Run(t, "xorriso", append([]string{"-as", "mkisofs", "-quiet", "-o", name}, args...)...)
	image, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return open(t, image)
}
