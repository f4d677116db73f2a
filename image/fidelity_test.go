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

// TestFidelity makes the root file systems of the shipped recipes, and has
// mmdebstrap, apt, dpkg and all the programs of the packages install the same
// versions for real. The two must be equal path by path: type, mode, owner, link
// target, content or device number, number of links, extended attributes. What
// differs is what the recipe leaves out and what testdata/differences-RECIPE.txt
// says, no more and no less. And no program is left without its libraries.
func TestFidelity(t *testing.T) {
	if testing.Short() {
		t.Skip("installs whole systems with the real programs")
	}
	oracle.Need(t, "mmdebstrap")
	if os.Getuid() != 0 {
		oracle.Missing(t, "only root can let mmdebstrap make devices and owners")
	}
	for _, name := range []string{"console", "coen"} {
		t.Run(name, func(t *testing.T) { fidelity(t, name) })
	}
}

func fidelity(t *testing.T, name string) {
	in, st, packages := shipped(t, name)
	real := bootstrapped(t, name, st, packages, in.Recipe.Epoch)
	b := newBuilder(t.Context(), in, Means{Workers: runtime.GOMAXPROCS(0), Progress: silent{}})
	root, installed, err := b.install()
	must(t, err)
	theirs := readDir(t, real)
	leaveOut(t, theirs, installed.Excluded)
	indexModules(t, real, in.Kernel, theirs)
	needed(t, root)
	ours := readTree(t, root)
	noIdle(t, in.Recipe, installed.Excluded, ours)
	compare(t, ours, theirs, "testdata/differences-"+name+".txt")
}

// indexModules replaces what theirs has of the indices of kernel modules by what
// the real depmod makes for the modules that are left.
func indexModules(t *testing.T, real, kernel string, theirs listing) {
	t.Helper()
	const scratch = "/tmp/depmod"
	must(t, os.RemoveAll(real+scratch))
	defer os.RemoveAll(real + scratch)
	dir := filepath.Join("/usr/lib/modules", kernel)
	for name := range theirs {
		if file, below := strings.CutPrefix(name, dir+"/"); below && theirs[name]["type"] == "f" {
			to := filepath.Join(real+scratch, dir, file)
			must(t, os.MkdirAll(filepath.Dir(to), 0o755))
			must(t, os.Link(real+name, to)) // depmod replaces files, it does not write into them
		}
	}
	must(t, os.Symlink("usr/lib", real+scratch+"/lib"))
	oracle.Run(t, "chroot", real, "/usr/sbin/depmod", "-b", scratch, kernel)
	for name, e := range readDir(t, real+scratch) {
		if strings.HasPrefix(name, dir+"/modules.") {
			e["links"] = "1"
			theirs[name] = e
		}
	}
}

type silent struct{}

func (silent) Start(string, int64, bool) {}
func (silent) Add(int64)                 {}

// bootstrapped returns a root directory with the packages, as mmdebstrap makes
// it. It takes minutes, so the last one of each recipe is kept in the user's
// cache; tests must leave it as it is.
func bootstrapped(t *testing.T, name string, st *store.Store, packages []lock.Package, epoch time.Time) string {
	t.Helper()
	cache, err := os.UserCacheDir()
	must(t, err)
	dir := filepath.Join(cache, "coen-test")
	must(t, os.MkdirAll(dir, 0o755))
	digest := sha256.New()
	fmt.Fprintln(digest, epoch.Unix())
	for _, p := range packages {
		fmt.Fprintf(digest, "%x\n", p.SHA256)
	}
	root := filepath.Join(dir, fmt.Sprintf("%s-%.8x", name, digest.Sum(nil)))
	if _, err := os.Stat(root); err == nil {
		return root
	}
	former, err := filepath.Glob(filepath.Join(dir, name+"-*"))
	must(t, err)
	for _, f := range former {
		must(t, os.RemoveAll(f))
	}
	bootstrap(t, root+".new", st, packages, epoch)
	must(t, os.Rename(root+".new", root))
	return root
}

// bootstrap lets mmdebstrap install the packages into root, out of a repository
// of nothing else.
func bootstrap(t *testing.T, root string, st *store.Store, packages []lock.Package, epoch time.Time) {
	t.Helper()
	repository := t.TempDir()
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
	// What scripts write for root is looked for in root's home.
	cmd.Env = append(os.Environ(), "LC_ALL=C", "HOME=/root", fmt.Sprint("SOURCE_DATE_EPOCH=", epoch.Unix()))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("mmdebstrap: %v\n%s", err, out)
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
