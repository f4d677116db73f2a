package install_test

import (
	"bufio"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"coen/debian/deb"
	"coen/install"
	"coen/install/dpkg"
	"coen/internal/oracle"
	"coen/lock"
	"coen/mirror"
	"coen/recipes"
	"coen/store"
	"coen/tree"
)

// epoch is the time of both installations.
const epoch = 1735689600

// TestBootstrapper installs the packages of the console recipe, and has
// mmdebstrap, dpkg and all the real programs install the same ones. The two root
// file systems must be the same path by path: type, mode, owner, link target,
// number of links, content and capabilities. What may differ is written down, with
// its reason, in testdata/differences.txt.
func TestBootstrapper(t *testing.T) {
	if testing.Short() {
		t.Skip("takes minutes and a mirror")
	}
	oracle.Need(t, "mmdebstrap")
	if os.Getuid() != 0 {
		oracle.Missing(t, "only root can let mmdebstrap make devices and owners")
	}
	st, packages := lockedPackages(t, "console.lock")
	theirs := readDir(t, bootstrap(t, st, packages))

	root := tree.New(epoch)
	var list []install.Package
	for _, p := range packages {
		list = append(list, install.Package{Name: p.Name, Open: func() (io.ReaderAt, int64, error) {
			o, err := st.Get(p.SHA256)
			if err != nil {
				return nil, 0, err
			}
			return o, o.Size, nil
		}})
	}
	_, err := install.Install(context.Background(), root, list, install.Options{Arch: "amd64", Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
	compare(t, readTree(t, root), theirs)
}

// lockedPackages returns the packages that a shipped lock installs, and the store
// that has them.
func lockedPackages(t *testing.T, name string) (*store.Store, []lock.Package) {
	t.Helper()
	text, err := recipes.Files.ReadFile(name)
	must(t, err)
	l, err := lock.Parse(text)
	must(t, err)
	cache, err := os.UserCacheDir()
	must(t, err)
	st, err := store.Open(filepath.Join(cache, "coen"))
	must(t, err)
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Minute)
	defer cancel()
	client := &mirror.Client{Store: st, Mirrors: append(mirror.FromApt(os.DirFS("/etc/apt")), mirror.Snapshot(l.Time)...)}
	if err := lock.Fetch(ctx, l, client); err != nil {
		oracle.Missing(t, "the packages cannot be had: %v", err)
	}
	return st, slices.DeleteFunc(l.Packages, func(p lock.Package) bool { return p.Reason == lock.Loader })
}

// bootstrap lets mmdebstrap install the packages, from a repository of just
// these, and returns the root directory.
func bootstrap(t *testing.T, st *store.Store, packages []lock.Package) string {
	t.Helper()
	repository, root := t.TempDir(), filepath.Join(t.TempDir(), "root")
	var index strings.Builder
	var names []string
	for _, p := range packages {
		o, err := st.Get(p.SHA256)
		must(t, err)
		d, err := deb.Open(o, o.Size)
		o.Close()
		must(t, err)
		file := p.Name + "_" + p.Arch + ".deb"
		must(t, os.Symlink(st.Path(p.SHA256), filepath.Join(repository, file)))
		fmt.Fprintf(&index, "%sFilename: ./%s\nSize: %d\nSHA256: %s\n\n", d.Control, file, p.Size, p.SHA256)
		names = append(names, p.Name)
	}
	must(t, os.WriteFile(filepath.Join(repository, "Packages"), []byte(index.String()), 0o644))
	cmd := exec.Command(oracle.Need(t, "mmdebstrap"), "--quiet", "--mode=root", "--variant=essential", "--format=directory",
		"--aptopt=APT::Install-Recommends \"false\"", "--include="+strings.Join(names, ","),
		"trixie", root, "deb [trusted=yes] copy:"+repository+" ./")
	cmd.Env = append(os.Environ(), fmt.Sprint("SOURCE_DATE_EPOCH=", epoch), "LC_ALL=C")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("mmdebstrap: %v\n%s", err, out)
	}
	return root
}

// A listing describes every path of a root file system.
type listing map[string]string

func describe(kind string, mode, uid, gid uint32, links int, rest string) string {
	switch kind {
	case "l":
		return fmt.Sprintf("l %d:%d -> %s", uid, gid, rest)
	case "f":
		return fmt.Sprintf("f %04o %d:%d, %d links, %s", mode, uid, gid, links, rest)
	}
	return fmt.Sprintf("%s %04o %d:%d %s", kind, mode, uid, gid, rest)
}

func readTree(t *testing.T, root *tree.Tree) listing {
	t.Helper()
	list := listing{}
	must(t, root.Walk(func(name string, n *tree.Node) error {
		rest := ""
		switch n.Kind {
		case tree.Regular:
			content, err := n.Read()
			must(t, err)
			rest = fmt.Sprintf("%x %x", sha256.Sum256(content), n.Xattrs["security.capability"])
		case tree.Symlink:
			rest = n.Target
		case tree.CharDevice, tree.BlockDevice:
			rest = fmt.Sprintf("%d:%d", n.Major, n.Minor)
		}
		list[name] = describe(string(n.Kind), n.Mode, n.UID, n.GID, n.Links(), rest)
		return nil
	}))
	return list
}

func readDir(t *testing.T, root string) listing {
	t.Helper()
	list := listing{}
	must(t, filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		must(t, err)
		st := info.Sys().(*syscall.Stat_t)
		kind, rest := "f", ""
		switch info.Mode().Type() {
		case fs.ModeDir:
			kind = "d"
		case fs.ModeSymlink:
			kind = "l"
			rest, err = os.Readlink(file)
			must(t, err)
		case fs.ModeNamedPipe:
			kind = "p"
		case fs.ModeDevice | fs.ModeCharDevice:
			kind = "c"
			rest = fmt.Sprintf("%d:%d", unix.Major(st.Rdev), unix.Minor(st.Rdev))
		default:
			content, err := os.ReadFile(file)
			must(t, err)
			rest = fmt.Sprintf("%x %x", sha256.Sum256(content), capability(t, file))
		}
		name := "/" + strings.TrimPrefix(strings.TrimPrefix(file, root), "/")
		list[name] = describe(kind, st.Mode&0o7777, st.Uid, st.Gid, int(st.Nlink), rest)
		return nil
	}))
	return list
}

func capability(t *testing.T, file string) []byte {
	t.Helper()
	value := make([]byte, 64)
	n, err := unix.Lgetxattr(file, "security.capability", value)
	if errors.Is(err, unix.ENODATA) || errors.Is(err, unix.ENOTSUP) {
		return nil
	}
	must(t, err)
	return value[:n]
}

// A difference is one that testdata/differences.txt allows.
type difference struct {
	how     string // "ours", "theirs" or "differs"
	pattern dpkg.Filter
	line    string
	used    bool
}

func readDifferences(t *testing.T) []*difference {
	t.Helper()
	f, err := os.Open("testdata/differences.txt")
	must(t, err)
	defer f.Close()
	var list []*difference
	for s := bufio.NewScanner(f); s.Scan(); {
		if line := s.Text(); line != "" && line[0] != '#' {
			w := strings.Fields(line)
			if len(w) < 3 {
				t.Fatalf("differences.txt: %q has no reason", line)
			}
			list = append(list, &difference{how: w[0], pattern: dpkg.Filter{{Pattern: w[1]}}, line: line})
		}
	}
	return list
}

// compare reports what differs and is not allowed to, and what is allowed to and
// does not.
func compare(t *testing.T, ours, theirs listing) {
	t.Helper()
	allowed := readDifferences(t)
	all := map[string]bool{}
	for name := range ours {
		all[name] = true
	}
	for name := range theirs {
		all[name] = true
	}
	var names []string
	for name := range all {
		if ours[name] != theirs[name] {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		how := "differs"
		if theirs[name] == "" {
			how = "ours"
		} else if ours[name] == "" {
			how = "theirs"
		}
		if !allow(allowed, how, name) {
			t.Errorf("%s %s\n\tours   %s\n\ttheirs %s", how, name, ours[name], theirs[name])
		}
	}
	for _, d := range allowed {
		if !d.used {
			t.Errorf("differences.txt: no such difference any more: %s", d.line)
		}
	}
	t.Logf("%d paths, %d differ", len(all), len(names))
}

func allow(allowed []*difference, how, name string) bool {
	for _, d := range allowed {
		if _, match := d.pattern.Excludes(name, deb.Regular); match && d.how == how {
			d.used = true
			return true
		}
	}
	return false
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
