package fat_test

import (
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

// TestKernel mounts images with Linux, where the test may do that.
func TestKernel(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("mounting takes root")
	}
	for name, v := range volumes {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			image := save(t, write(t, v, tree...))
			if _, stderr, err := oracle.Try(t, "mount", "-t", "vfat", "-o", "loop,ro,utf8,tz=UTC", image, dir); err != nil {
				t.Skipf("cannot mount here: %s", stderr)
			}
			defer oracle.Run(t, "umount", dir)
			compare(t, dir, sorted(tree, v))
		})
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
