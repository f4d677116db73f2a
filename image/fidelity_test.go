package image

import (
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"coen/debian/deb"
	"coen/internal/oracle"
	"coen/lock"
	"coen/store"
)

// TestFidelity makes the root file system of the console recipe, and has
// mmdebstrap, apt, dpkg and all the programs of the packages install the same
// versions for real. The two must be equal path by path: type, mode, owner, link
// target, content or device number, number of links, extended attributes. What
// differs is what the recipe leaves out and what testdata/differences.txt says, no
// more and no less.
func TestFidelity(t *testing.T) {
	if testing.Short() {
		t.Skip("installs a whole system with the real programs")
	}
	oracle.Need(t, "mmdebstrap")
	if os.Getuid() != 0 {
		oracle.Missing(t, "only root can let mmdebstrap make devices and owners")
	}
	in, st, packages := shipped(t, "console")
	real := bootstrap(t, st, packages, in.Recipe.Epoch)
	b := newBuilder(t.Context(), in, Means{Workers: runtime.GOMAXPROCS(0), Progress: silent{}})
	root, installed, err := b.install()
	must(t, err)
	directories := leaveOut(t, real, installed.Excluded)
	// The indices of the modules tell of those that are left.
	oracle.Run(t, "chroot", real, "/usr/sbin/depmod", in.Kernel)
	theirs := readDir(t, real)
	for _, name := range directories {
		delete(theirs, name)
	}
	ours := readTree(t, root)
	noIdle(t, in.Recipe, installed.Excluded, ours)
	compare(t, ours, theirs, readDifferences(t, "testdata/differences.txt"))
}

type silent struct{}

func (silent) Start(string, int64, bool) {}
func (silent) Add(int64)                 {}

// bootstrap lets mmdebstrap install the packages, out of a repository of nothing
// else, and returns the root directory.
func bootstrap(t *testing.T, st *store.Store, packages []lock.Package, epoch time.Time) string {
	t.Helper()
	repository, root := t.TempDir(), filepath.Join(t.TempDir(), "root")
	var index strings.Builder
	var names []string
	for _, p := range packages {
		o, err := st.Get(p.SHA256)
		must(t, err)
		d, err := deb.Open(o, o.Size)
		must(t, err)
		must(t, o.Close())
		file := p.Name + "_" + p.Arch + ".deb"
		must(t, os.Symlink(st.Path(p.SHA256), filepath.Join(repository, file)))
		fmt.Fprintf(&index, "%sFilename: ./%s\nSize: %d\nSHA256: %s\n\n", d.Control, file, p.Size, p.SHA256)
		names = append(names, p.Name+"="+p.Version)
	}
	must(t, os.WriteFile(filepath.Join(repository, "Packages"), []byte(index.String()), 0o644))
	// mmdebstrap takes the essential packages from the suite of this name only.
	release := fmt.Sprintf("Suite: trixie\nCodename: trixie\nSHA256:\n %x %d Packages\n", sha256.Sum256([]byte(index.String())), index.Len())
	must(t, os.WriteFile(filepath.Join(repository, "Release"), []byte(release), 0o644))
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, oracle.Need(t, "mmdebstrap"),
		"--mode=root", "--variant=essential", "--format=directory",
		`--aptopt=APT::Install-Recommends "false"`, "--include="+strings.Join(names, ","),
		// mmdebstrap copies these from the machine it runs on.
		`--customize-hook=rm -f "$1/etc/hostname" "$1/etc/resolv.conf"`,
		"trixie", root, "deb [trusted=yes] copy:"+repository+" ./")
	cmd.Env = append(os.Environ(), "LC_ALL=C", fmt.Sprint("SOURCE_DATE_EPOCH=", epoch.Unix()))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("mmdebstrap: %v\n%s", err, out)
	}
	return root
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
