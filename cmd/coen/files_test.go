package main

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"coen/debian/deb"
	"coen/image"
	"coen/internal/oracle"
	"coen/medium"
	"coen/recipe"
)

// TestDesktopFiles unpacks the root file system of the desktop image and has the
// real dpkg verify its files, and the real ldd the libraries of its programs.
func TestDesktopFiles(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the desktop image")
	}
	if os.Getuid() != 0 {
		oracle.Missing(t, "only root can change the root directory")
	}
	root := rootFiles(t, shippedISO(t, desktopRecipe))
	t.Run("dpkg", func(t *testing.T) { verifyPackages(t, root) })
	t.Run("ldd", func(t *testing.T) { resolve(t, root) })
}

// rootFiles returns a folder with the root file system of an image.
func rootFiles(t *testing.T, iso string) string {
	t.Helper()
	offset, _ := rootPlace(t, iso)
	root := filepath.Join(t.TempDir(), "root")
	oracle.Run(t, "unsquashfs", "-q", "-n", "-o", strconv.FormatInt(offset, 10), "-d", root, iso)
	return root
}

// rootPlace returns at which byte of an ISO its root file system begins, and of how
// many it is.
func rootPlace(t *testing.T, iso string) (offset, size int64) {
	t.Helper()
	image, err := openImage(iso)
	okay(t, err)
	defer image.Close()
	offset, size, err = image.Medium.Place(medium.Root)
	okay(t, err)
	return offset, size
}

// verifyPackages has dpkg compare every file with what its package shipped.
// Different are the files that the recipe writes; the kernel is elsewhere.
func verifyPackages(t *testing.T, root string) {
	out, _, _ := oracle.Try(t, "dpkg", "--root="+root, "--verify") // its status tells of any line
	r := parsedRecipe(t, desktopRecipe)
	left := leftOut(r)
	for line := range strings.Lines(out) {
		f := strings.Fields(line)
		name := f[len(f)-1]
		absent := f[0] == "missing" && (strings.HasPrefix(name, "/boot/") || left(name))
		written := slices.ContainsFunc(r.Files, func(f recipe.File) bool { return f.Path == name })
		if !absent && !written {
			t.Errorf("dpkg --verify: %s", strings.TrimSpace(line))
		}
	}
	if out := oracle.Run(t, "dpkg", "--root="+root, "--audit"); out != "" {
		t.Errorf("dpkg --audit: %s", out)
	}
}

// parsedRecipe reads a recipe.
func parsedRecipe(t *testing.T, file string) *recipe.Recipe {
	t.Helper()
	r, err := loadRecipe(file)
	okay(t, err)
	return r
}

// leftOut tells which paths a recipe leaves out, and directories of which all is.
func leftOut(r *recipe.Recipe) func(name string) bool {
	all := image.Exclusions(r.Exclude)
	return func(name string) bool {
		_, file := all.Excludes(name, deb.Regular)
		_, below := all.Excludes(name+"/", deb.Regular)
		return file || below
	}
}

// systemdCore lacks a library of its own directory, where only the programs that
// load it look.
const systemdCore = "/systemd/libsystemd-core-"

// resolve has ldd find the libraries of every program and library.
func resolve(t *testing.T, root string) {
	files := elfFiles(t, root)
	if len(files) < 1000 {
		t.Errorf("only %d programs and libraries", len(files))
	}
	for batch := range slices.Chunk(files, 200) {
		// It fails for programs without libraries.
		out, _ := exec.Command("chroot", append([]string{root, "ldd"}, batch...)...).CombinedOutput()
		file := ""
		for line := range strings.Lines(string(out)) {
			line = strings.TrimSpace(line)
			if name, ok := strings.CutSuffix(line, ":"); ok {
				file = name
			} else if strings.Contains(line, "not found") && !strings.Contains(file, systemdCore) {
				t.Errorf("%s: %s", file, line)
			}
		}
	}
}

// elfFiles lists the files in ELF format that have libraries, as seen from the root.
func elfFiles(t *testing.T, root string) (names []string) {
	t.Helper()
	err := filepath.WalkDir(root, func(name string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return err
		}
		f, err := os.Open(name)
		if err != nil {
			return err
		}
		defer f.Close()
		head := make([]byte, 18)
		// Byte 16 is the type of the file: 2 for programs, 3 for what can be
		// loaded anywhere; kernel modules have 1.
		if n, _ := f.Read(head); n == len(head) && bytes.HasPrefix(head, []byte("\x7fELF")) && (head[16] == 2 || head[16] == 3) {
			names = append(names, strings.TrimPrefix(name, root))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}
