package iso9660

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"coen/internal/oracle"
)

// save puts an image into a file for other programs to read.
func save(t *testing.T, image []byte) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "image")
	if err := os.WriteFile(name, image, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// xorrisoTree is tree without what xorriso refuses: targets beyond 1024 bytes.
func xorrisoTree() []sample {
	return slices.DeleteFunc(slices.Clone(tree), func(s sample) bool { return len(s.Linkname) > 1024 })
}

// TestXorriso has xorriso list names, modes, owners and sizes, and extract
// everything.
func TestXorriso(t *testing.T) {
	tree := xorrisoTree()
	for name, v := range volumes {
		for _, extent := range []int64{maxExtent, 4096} {
			t.Run(fmt.Sprintf("%s-%d", name, extent), func(t *testing.T) {
				b, err := tryWrite(v, extent, tree...)
				if err != nil {
					t.Fatal(err)
				}
				image, out := save(t, b), t.TempDir()
				want := expected(v, tree)
				compareListing(t, oracle.Run(t, "xorriso", "-indev", image, "-find", "/", "-exec", "lsdl"), want)
				if os.Getuid() == 0 {
					os.Chmod(out, 0o755) // xorriso gives it the root's mode and owner
				}
				oracle.Run(t, "xorriso", "-osirrox", "on", "-indev", image, "-extract", "/", out)
				compareExtracted(t, out, want)
			})
		}
	}
}

// compareListing compares lines like those of ls -dl.
func compareListing(t *testing.T, listing string, want []sample) {
	t.Helper()
	lines := map[string]string{}
	for line := range strings.Lines(listing) {
		if before, name, ok := strings.Cut(line, " '/"); ok {
			name, _, _ = strings.Cut(name, "' -> ")
			name = strings.ReplaceAll(strings.TrimSuffix(strings.TrimSpace(name), "'"), `'"'"'`, "'")
			lines[name] = before
		}
	}
	if len(lines) != len(want) {
		t.Errorf("%d files listed, want %d", len(lines), len(want))
	}
	for _, s := range want {
		name := strings.TrimPrefix(s.Name, ".")
		if s.Name != "." {
			name = s.Name
		}
		fields := strings.Fields(lines[name])
		if len(fields) < 5 {
			t.Errorf("%q is not listed", s.Name)
			continue
		}
		got := fmt.Sprint(fields[0], " ", fields[2], " ", fields[3], " ", fields[4])
		if line := fmt.Sprint(modeString(s.Mode), " ", s.UID, " ", s.GID, " ", s.Size); got != line {
			t.Errorf("%q is listed as %q, want %q", s.Name, got, line)
		}
	}
}

// modeString prints a mode as ls does.
func modeString(m fs.FileMode) string {
	b := []byte("-" + m.Perm().String()[1:])
	switch m.Type() {
	case fs.ModeDir:
		b[0] = 'd'
	case fs.ModeSymlink:
		b[0] = 'l'
	}
	for _, s := range []struct {
		bit    fs.FileMode
		at     int
		letter byte
	}{{fs.ModeSetuid, 3, 's'}, {fs.ModeSetgid, 6, 's'}, {fs.ModeSticky, 9, 't'}} {
		if m&s.bit != 0 {
			b[s.at] = s.letter
		}
	}
	return string(b)
}

// compareExtracted holds a directory of the host against what was written.
func compareExtracted(t *testing.T, dir string, want []sample) {
	t.Helper()
	for _, s := range want {
		name := filepath.Join(dir, filepath.FromSlash(s.Name))
		info, err := os.Lstat(name)
		if err != nil {
			t.Error(err)
			continue
		}
		switch {
		case info.Mode().Type() != s.Mode.Type():
			t.Errorf("%q: mode %v, want %v", s.Name, info.Mode(), s.Mode)
		case s.Linkname != "":
			if target, err := os.Readlink(name); err != nil || target != s.Linkname {
				t.Errorf("%q: target %q, want %q (%v)", s.Name, target, s.Linkname, err)
			}
		case s.Mode.IsRegular():
			os.Chmod(name, 0o600) // some are not for reading
			data, err := os.ReadFile(name)
			got := sample{data: string(data)}
			if got.Name = s.Name; patched(got) {
				got.data, s.data = got.data[64:], s.data[64:]
			}
			if err != nil || got.data != s.data {
				t.Errorf("%q: other content (%v)", s.Name, err)
			}
			// The host's file system may not reach to 1900.
			if !info.ModTime().Equal(s.ModTime) && s.ModTime.After(time.Unix(0, 0)) {
				t.Errorf("%q: time %v, want %v", s.Name, info.ModTime().UTC(), s.ModTime)
			}
		}
	}
}

// TestXorrisoJoliet has xorriso read the Joliet tree.
func TestXorrisoJoliet(t *testing.T) {
	image := write(t, volumes["hybrid"], xorrisoTree()...)
	j, err := open(t, image).OpenJoliet()
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]bool{}
	for _, s := range read(t, j) {
		want["/"+strings.TrimPrefix(s.Name, ".")] = true
		if s.Name == "." || strings.HasPrefix(s.Name, ".") && s.Name != "." {
			delete(want, "/"+strings.TrimPrefix(s.Name, "."))
			want[strings.TrimSuffix("/"+s.Name, "/.")] = true
		}
	}
	listing := oracle.Run(t, "xorriso", "-read_fs", "norock", "-indev", save(t, image), "-find", "/")
	for line := range strings.Lines(listing) {
		name := strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(line), "'"), "'")
		if name == "/" {
			name = ""
		}
		if !want[name] {
			t.Errorf("xorriso lists %q", name)
		}
		delete(want, name)
	}
	for name := range want {
		t.Errorf("xorriso does not list %q", name)
	}
}

// TestReportsOfBoot asks xorriso what it makes of the boot equipment.
func TestReportsOfBoot(t *testing.T) {
	image := save(t, write(t, volumes["hybrid"], xorrisoTree()...))
	report := oracle.Run(t, "xorriso", "-indev", image,
		"-report_el_torito", "plain", "-report_system_area", "plain")
	report = strings.Join(strings.FieldsFunc(report, func(r rune) bool { return r == ' ' }), " ")
	for _, line := range []string{
		"El Torito boot img : 1 BIOS y none 0x0000 0x00 4 ",
		"El Torito boot img : 2 UEFI y none 0x0000 0x00 200 ",
		"El Torito img path : 1 /boot/isolinux.bin\n",
		"El Torito img path : 2 /boot/efi.img\n",
		"El Torito img opts : 1 boot-info-table",
		"System area summary: MBR protective-msdos-label cyl-align-off GPT\n",
		"MBR partition : 1 0x00 0xee 1 4095\n",
		"MBR partition : 2 0x80 0x00 0 1\n",
		"GPT partname local : 1 ISO9660\n",
		"GPT partname local : 2 EFI system partition\n",
		"GPT partition path : 2 /boot/efi.img\n",
	} {
		if !strings.Contains(report, line) {
			t.Errorf("report lacks %q", line)
		}
	}
	if t.Failed() {
		t.Log(report)
	}
}

// TestSgdisk has sgdisk verify both copies of the GPT, and isosize the size.
func TestSgdisk(t *testing.T) {
	for name, v := range volumes {
		if v.Hybrid == nil {
			continue
		}
		b := write(t, v, tree...)
		image := save(t, b)
		out := oracle.Run(t, "sgdisk", "-v", image)
		if !strings.Contains(out, "\nNo problems found.") || strings.Contains(out, "Caution") || strings.Contains(out, "Warning") {
			t.Errorf("%s: sgdisk says:\n%s", name, out)
		}
		if out := oracle.Run(t, "isosize", image); strings.TrimSpace(out) != fmt.Sprint(len(b)) {
			t.Errorf("%s: isosize says %q, want %d", name, out, len(b))
		}
	}
}
