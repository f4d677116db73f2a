package fat_test

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"coen/internal/linux"
	"coen/internal/linux/report"
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

// TestFsck asks dosfstools. It must have nothing to say after the names of its
// passes.
func TestFsck(t *testing.T) {
	for name, v := range volumes {
		t.Run(name, func(t *testing.T) {
			out := oracle.Run(t, "fsck.fat", "-n", "-v", save(t, write(t, v, tree...)))
			_, report, _ := strings.Cut(out, "sectors total\n")
			for line := range strings.Lines(report) {
				if !strings.HasPrefix(line, "Checking for ") && !strings.HasPrefix(line, "Checking free ") && !strings.Contains(line, " files, ") {
					t.Errorf("fsck.fat says %q", line)
				}
			}
			if !strings.Contains(report, " files, ") {
				t.Errorf("fsck.fat did not end: %s", out)
			}
		})
	}
}

// TestMtools copies everything out with mtools. It knows no surrogate pairs and
// takes December of 2107 for January of 2108.
func TestMtools(t *testing.T) {
	t.Setenv("MTOOLSRC", "/dev/null")
	tree := slices.DeleteFunc(slices.Clone(tree), func(s sample) bool { return s.Name == "🔑" || s.Name == "LATE.BIN" })
	for name, v := range volumes {
		t.Run(name, func(t *testing.T) {
			if name == "fat16-size" {
				t.Setenv("MTOOLS_SKIP_CHECK", "1") // has no whole tracks
			}
			image := save(t, write(t, v, tree...))
			out := t.TempDir()
			oracle.Run(t, "mcopy", "-s", "-m", "-Q", "-i", image, "::*", out)
			compare(t, out, sorted(tree, v))
			if listing := oracle.Run(t, "mlabel", "-s", "-i", image, "::"); v.Label != "" && !strings.Contains(listing, v.Label) {
				t.Errorf("label is not %q: %s", v.Label, listing)
			}
		})
	}
}

// TestKernel has Linux mount an image of each type.
func TestKernel(t *testing.T) {
	if testing.Short() {
		t.Skip("boots machines")
	}
	for _, name := range []string{"fat16-fit", "fat32-fit"} {
		t.Run(name, func(t *testing.T) {
			want := map[string]sample{}
			for _, s := range sorted(tree, volumes[name]) {
				want[s.Name] = s
			}
			for _, f := range linux.List(t, write(t, volumes[name], tree...), "vfat", "utf8,tz=UTC") {
				name := string(f.Name)
				s, ok := want[name]
				if !ok && name != "." {
					t.Errorf("Linux sees %q", name)
				}
				delete(want, name)
				if ok && !s.Mode.IsDir() {
					compareReport(t, f, s)
				}
			}
			for name := range want {
				t.Errorf("Linux does not see %q", name)
			}
		})
	}
}

func compareReport(t *testing.T, got report.File, s sample) {
	t.Helper()
	sum := sha256.Sum256([]byte(s.data))
	if got.SHA256 != hex.EncodeToString(sum[:]) || got.ModTime != s.ModTime.Unix() || got.Mode&0o200 != uint32(s.Mode)&0o200 {
		t.Errorf("%.60q: %.300v, want %.300v", s.Name, got, s)
	}
}

// compare holds a directory of the host against what was written.
func compare(t *testing.T, dir string, want []sample) {
	t.Helper()
	names := map[string]bool{}
	for _, s := range want {
		name := filepath.Join(dir, filepath.FromSlash(s.Name))
		info, err := os.Stat(name)
		if err != nil {
			t.Error(err)
			continue
		}
		names[s.Name] = true
		if info.IsDir() != s.Mode.IsDir() {
			t.Errorf("%q: mode %v, want %v", s.Name, info.Mode(), s.Mode)
		}
		if info.IsDir() {
			continue
		}
		if d := info.ModTime().Sub(s.ModTime).Abs(); d > 2*time.Second && s.ModTime.Year() > 1980 {
			t.Errorf("%q: time %v, want %v", s.Name, info.ModTime().UTC(), s.ModTime)
		}
		if got, err := os.ReadFile(name); err != nil || string(got) != s.data {
			t.Errorf("%q: other content (%v)", s.Name, err)
		}
	}
	filepath.WalkDir(dir, func(name string, _ os.DirEntry, err error) error {
		if rel, _ := filepath.Rel(dir, name); rel != "." && !names[filepath.ToSlash(rel)] {
			t.Errorf("unexpected %q", rel)
		}
		return err
	})
}
