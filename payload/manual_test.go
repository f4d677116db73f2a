package payload

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestManuals makes the manual pages in two environments that have nothing in
// common: pages are part of the image.
func TestManuals(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles programs")
	}
	for _, name := range []string{"kskm", "ceremony"} {
		program := filepath.Join(t.TempDir(), name)
		if out, err := exec.Command("go", "build", "-o", program, "coen/cmd/"+name).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		bare := pages(t, program, nil)
		full := pages(t, program, []string{"HOME=/nowhere", "SHELL=/bin/odd", "TERM=odd", "LANG=de_DE.UTF-8", "TZ=Asia/Kathmandu",
			"USER=odd", "TMPDIR=/nowhere", "PAPERCONF=/nowhere", "COLUMNS=20", "SOURCE_DATE_EPOCH=1", "XDG_CACHE_HOME=/nowhere", "XDG_CONFIG_HOME=/nowhere"})
		if len(bare) < 10 {
			t.Errorf("%s has %d pages", name, len(bare))
		}
		for page, text := range bare {
			if full[page] != text {
				t.Errorf("%s depends on the environment", page)
			}
		}
	}
}

// pages runs a program in an environment, to write its pages.
func pages(t *testing.T, program string, environment []string) map[string]string {
	t.Helper()
	dir := t.TempDir()
	cmd := exec.Command(program, "man", dir)
	cmd.Env = append([]string{"PATH="}, environment...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, f := range files {
		text, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		all[f.Name()] = string(text)
	}
	return all
}
