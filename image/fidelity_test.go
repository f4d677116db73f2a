package image

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"coen/debian/deb"
	"coen/install"
	"coen/internal/oracle"
	"coen/lock"
	"coen/mirror"
	"coen/recipe"
	"coen/recipes"
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
	theirs := readDir(t, bootstrap(t, st, packages, in.Recipe.Epoch))
	b := &builder{
		ctx: t.Context(), in: in, ids: identifiers{in.LockDigest},
		means: Means{Workers: runtime.GOMAXPROCS(0), Progress: silent{}},
	}
	root, installed, err := b.install()
	if err != nil {
		t.Fatal(err)
	}
	ours := readTree(t, root)
	leaveOut(t, ours, theirs, installed.Excluded)
	compare(t, ours, theirs, readDifferences(t, "testdata/differences.txt"))
}

type silent struct{}

func (silent) Start(string, int64, bool) {}
func (silent) Add(int64)                 {}

// shipped returns what an image of a shipped recipe depends on, with the store
// that has the packages.
func shipped(t *testing.T, name string) (Inputs, *store.Store, []lock.Package) {
	t.Helper()
	text, err := recipes.Files.ReadFile(name + ".yaml")
	must(t, err)
	r, err := recipe.Parse(name, text)
	must(t, err)
	text, err = recipes.Files.ReadFile(name + ".lock")
	must(t, err)
	l, err := lock.Parse(text)
	must(t, err)
	st := fetched(t, l)
	in := Inputs{Recipe: r, LockDigest: l.Digest().String()}
	var packages []lock.Package
	for _, p := range l.Packages {
		if p.Reason == lock.Loader {
			continue
		}
		packages = append(packages, p)
		if version, ok := strings.CutPrefix(p.Name, "linux-image-6"); ok {
			in.Kernel = "6" + version
		}
		in.Packages = append(in.Packages, install.Package{
			Name: p.Name,
			Open: func() (io.ReaderAt, int64, error) {
				o, err := st.Get(p.SHA256)
				if err != nil {
					return nil, 0, err
				}
				return o, o.Size, nil
			},
		})
	}
	return in, st, packages
}

// fetched returns the store of this user with all that a lock names.
func fetched(t *testing.T, l *lock.Lock) *store.Store {
	t.Helper()
	cache, err := os.UserCacheDir()
	must(t, err)
	st, err := store.Open(filepath.Join(cache, "coen"))
	must(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Minute)
	defer cancel()
	client := &mirror.Client{Store: st, Mirrors: append(mirror.FromApt(os.DirFS("/etc/apt")), mirror.Snapshot(l.Time)...)}
	if err := lock.Fetch(ctx, l, client); err != nil {
		oracle.Missing(t, "the packages cannot be had: %v", err)
	}
	return st
}

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
