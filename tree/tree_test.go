package tree

import (
	"bytes"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

const epoch = 1_735_689_600

// plant makes a tree from lines "d /dir", "f /file content", "l /link target".
func plant(t testing.TB, lines ...string) *Tree {
	t.Helper()
	root := New(epoch)
	for _, line := range lines {
		f := strings.SplitN(line, " ", 3)
		var err error
		switch f[0] {
		case "d":
			err = root.MkdirAll(f[1], 0o755)
		case "f":
			err = root.WriteFile(f[1], []byte(f[2]), 0o644)
		case "l":
			err = root.Symlink(f[2], f[1])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func merged(t testing.TB) *Tree {
	return plant(t, "d /usr/bin", "d /etc/alternatives", "l /bin usr/bin", "f /usr/bin/vim.tiny vim",
		"l /etc/alternatives/vi /bin/vim.tiny", "l /usr/bin/vi /etc/alternatives/vi", "l /up ../../etc",
		"l /loop1 loop2", "l /loop2 loop1", "l /dangling /nowhere/x", "l /new /etc/made", "d /empty")
}

func TestResolve(t *testing.T) {
	root := merged(t)
	for _, c := range []struct {
		name, want string
		err        error
	}{
		{"/", "/", nil},
		{"", "/", nil},
		{"/bin/vi", "/usr/bin/vim.tiny", nil},
		{"bin/../bin/./vi", "/usr/bin/vim.tiny", nil},
		{"/../../usr", "/usr", nil},
		{"/bin/..", "/usr", nil},
		{"/up/alternatives/..", "/etc", nil},
		{"/bin/", "/usr/bin", nil},
		{"/bin/vi/", "", ErrNotDir},
		{"/bin/vi/x", "", ErrNotDir},
		{"/bin/none", "", ErrNotExist},
		{"/none/..", "", ErrNotExist},
		{"/loop1", "", ErrLoop},
		{"/dangling", "", ErrNotExist},
		{"/" + strings.Repeat("n", 256), "", ErrName},
	} {
		got, err := root.Resolve(c.name)
		if !errors.Is(err, c.err) || err == nil && got != c.want {
			t.Errorf("Resolve(%q) = %q, %v, want %q, %v", c.name, got, err, c.want, c.err)
		}
	}
	if got, err := root.ResolveParent("/bin/vi"); err != nil || got != "/usr/bin/vi" {
		t.Errorf("ResolveParent = %q, %v", got, err)
	}
	if !errors.Is(ErrNotExist, fs.ErrNotExist) || !errors.Is(ErrExist, fs.ErrExist) {
		t.Error("errors are not those of io/fs")
	}
}

func TestWriteThroughLink(t *testing.T) {
	root := merged(t)
	if err := root.WriteFile("/new", []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	n, err := root.Lstat("/etc/made")
	if err != nil || n.Mode != 0o600 || n.Size() != 1 {
		t.Errorf("/etc/made is %+v, %v", n, err)
	}
	if err := root.WriteFile("/dangling", nil, 0o600); !errors.Is(err, ErrNotExist) {
		t.Errorf("writing through a dangling link into no directory: %v", err)
	}
}

func TestHardLinks(t *testing.T) {
	root := plant(t, "f /a one", "d /d")
	if err := root.Link("/a", "/d/b"); err != nil {
		t.Fatal(err)
	}
	a, _ := root.Lstat("/a")
	if a.Links() != 2 {
		t.Errorf("%d links, want 2", a.Links())
	}
	if err := root.WriteFile("/d/b", []byte("two"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, _ := root.ReadFile("/a"); string(got) != "two" || a.Mode != 0o644 {
		t.Errorf("/a holds %q, mode %o", got, a.Mode)
	}
	if err := root.RemoveAll("/d"); err != nil || a.Links() != 1 {
		t.Errorf("after RemoveAll: %v, %d links", err, a.Links())
	}
}

func TestAuthors(t *testing.T) {
	root := New(epoch)
	pkg := Author{ByPackage, "base 1", ""}
	script := Author{ByScript, "base 1", "postinst:3: chmod 700 /f"}
	root.By(pkg)
	if err := root.Put("/f", &Node{Kind: Regular, Mode: 0o644, Content: Bytes([]byte("x"))}); err != nil {
		t.Fatal(err)
	}
	root.By(script)
	for range 2 {
		if err := root.Chmod("/f", 0o700); err != nil {
			t.Fatal(err)
		}
	}
	n, _ := root.Lstat("/f")
	if n.Made != pkg || !slices.Equal(n.Changed, []Author{script}) {
		t.Errorf("made by %v, changed by %v", n.Made, n.Changed)
	}
	if err := root.WriteFile("/f", nil, 0); err != nil || n.Made != script || n.Changed != nil {
		t.Errorf("after a rewrite: made by %v, changed by %v", n.Made, n.Changed)
	}
}

func TestChownDropsPrivileges(t *testing.T) {
	root := plant(t, "f /f x", "d /d")
	_ = root.Chmod("/f", 0o6755)
	_ = root.Chmod("/d", 0o2755)
	_ = root.SetXattr("/f", "security.capability", []byte{1})
	for _, name := range []string{"/f", "/d"} {
		if err := root.Chown(name, 7, 8); err != nil {
			t.Fatal(err)
		}
	}
	f, _ := root.Lstat("/f")
	d, _ := root.Lstat("/d")
	if f.Mode != 0o755 || len(f.Xattrs) != 0 || d.Mode != 0o2755 {
		t.Errorf("file %o %v, directory %o", f.Mode, f.Xattrs, d.Mode)
	}
}

func TestSeal(t *testing.T) {
	root := plant(t, "f /f x")
	root.Seal()
	for name, err := range map[string]error{
		"write": root.WriteFile("/f", nil, 0), "mkdir": root.Mkdir("/d", 0), "remove": root.Remove("/f"),
		"chmod": root.Chmod("/f", 0), "rename": root.Rename("/f", "/g"), "put": root.Put("/f", &Node{Kind: Regular}),
	} {
		if !errors.Is(err, ErrSealed) {
			t.Errorf("%s on a sealed tree: %v", name, err)
		}
	}
}

// TestAgainstKernel performs random operations on a tree and on a real file
// system: what fails on one must fail on the other, and both end alike.
func TestAgainstKernel(t *testing.T) {
	random := uint32(1)
	next := func(n int) int { // a linear congruential generator: the same run every time
		random = random*1664525 + 1013904223
		return int(random>>16) % n
	}
	names := []string{"a", "b", "c", "a/b", "a/c", "b/a", "b/c/a", "c/b", "a/..", "c/../b"}
	dir := t.TempDir()
	root := New(epoch)
	for i := range 4000 {
		x, y := names[next(len(names))], names[next(len(names))]
		real := func(name string) string { return dir + "/" + name }
		var got, want error
		var op string
		switch op = []string{"write", "mkdir", "symlink", "link", "rename", "remove", "removeall"}[next(7)]; op {
		case "write":
			got, want = root.WriteFile(x, []byte(y), 0o644), os.WriteFile(real(x), []byte(y), 0o644)
		case "mkdir":
			got, want = root.Mkdir(x, 0o755), os.Mkdir(real(x), 0o755)
		case "symlink":
			got, want = root.Symlink(y, x), os.Symlink(y, real(x))
		case "link":
			got, want = root.Link(y, x), os.Link(real(y), real(x))
		case "rename":
			got, want = root.Rename(y, x), syscall.Rename(real(y), real(x))
		case "remove":
			got, want = root.Remove(x), os.Remove(real(x))
		case "removeall":
			if path.Base(x) != ".." { // os refuses what the tree would remove
				got, want = root.RemoveAll(x), os.RemoveAll(real(x))
			}
		}
		if (got == nil) != (want == nil) {
			t.Fatalf("step %d: %s %s %s: tree says %v, kernel says %v", i, op, x, y, got, want)
		}
	}
	if got, want := list(t, root), listReal(t, dir); !maps.Equal(got, want) {
		t.Errorf("tree holds\n%v\nkernel holds\n%v", got, want)
	}
}

func list(t *testing.T, root *Tree) map[string]string {
	m := map[string]string{}
	err := root.Walk(func(name string, n *Node) error {
		body, err := n.Read()
		m[name] = string(n.Kind) + n.Target + string(body)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func listReal(t *testing.T, dir string) map[string]string {
	m := map[string]string{}
	err := filepath.WalkDir(dir, func(name string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel := path.Join("/", strings.TrimPrefix(name, dir))
		switch {
		case e.IsDir():
			m[rel] = "d"
		case e.Type()&fs.ModeSymlink != 0:
			target, err := os.Readlink(name)
			m[rel] = "l" + target
			return err
		default:
			body, err := os.ReadFile(name)
			m[rel] = "f" + string(body)
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestContent(t *testing.T) {
	n := &Node{Kind: Regular, Content: bytes.NewReader([]byte("abc"))}
	for range 2 {
		if got, err := n.Read(); err != nil || string(got) != "abc" {
			t.Errorf("Read = %q, %v", got, err)
		}
	}
}
