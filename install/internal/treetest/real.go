package treetest

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"coen/internal/oracle"
	"coen/tree"
)

// real runs the steps through the host's programs in a temporary root and
// demands the same end state, output and statuses.
func (s Suite) real(t *testing.T, c *testcase, model outcome) {
	if os.Getuid() != 0 {
		oracle.Missing(t, "the real programs need root to own files")
	}
	root := t.TempDir()
	if err := c.export(root); err != nil {
		t.Fatal(err)
	}
	for i, st := range c.steps {
		argv := s.Real(t, root, st.args)
		if argv == nil {
			t.Skipf("no real program for %q", st.line)
		}
		got := runReal(t, root, argv, st)
		want := model.steps[i]
		if got.status != want.status || got.stdout != want.stdout && !s.Silent {
			t.Errorf("$ %s (as %q)\nreal  status %d\n%s%smodel status %d\n%s%s", st.line, argv,
				got.status, marked("> ", got.stdout), marked("! ", got.stderr),
				want.status, marked("> ", want.stdout), marked("! ", want.stderr))
		}
	}
	end, err := imported(root)
	if err != nil {
		t.Fatal(err)
	}
	s.compare(t, end, model.end)
}

func runReal(t *testing.T, root string, argv []string, st step) step {
	t.Helper()
	cmd := exec.Command(oracle.Need(t, argv[0]), argv[1:]...)
	var stdout, stderr bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(st.stdin), &stdout, &stderr
	cmd.Env = append([]string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", "HOME=/root",
		fmt.Sprintf("SOURCE_DATE_EPOCH=%d", epoch)}, st.env...)
	cmd.Dir = "/"
	err := cmd.Run()
	if exit, ok := err.(*exec.ExitError); ok {
		st.status = exit.ExitCode()
	} else if err != nil {
		t.Fatal(err)
	} else {
		st.status = 0
	}
	st.stdout = strings.ReplaceAll(stdout.String(), root, "")
	st.stderr = strings.ReplaceAll(stderr.String(), root, "")
	return st
}

func (s Suite) compare(t *testing.T, real, model state) {
	t.Helper()
	for name, line := range real.line {
		if s.ignored(name) {
			continue
		}
		if model.line[name] != line {
			t.Errorf("real  %s\nmodel %s", line, model.line[name])
		}
		if real.text[name] != model.text[name] {
			t.Errorf("%s: real\n%smodel\n%s", name, real.text[name], model.text[name])
		}
	}
	for name, line := range model.line {
		if real.line[name] == "" && !s.ignored(name) {
			t.Errorf("model has %s, the real program made no such thing", line)
		}
	}
}

func (s Suite) ignored(name string) bool {
	return slices.ContainsFunc(s.Ignore, func(prefix string) bool {
		return name == prefix || strings.HasPrefix(name, prefix+"/")
	})
}

// export makes the start of the case below dir.
func (c *testcase) export(dir string) error {
	tr := tree.New(epoch)
	if err := c.plant(tr); err != nil {
		return err
	}
	return Export(tr, dir)
}

// Export writes a tree below a directory of the host; only root can do it.
func Export(tr *tree.Tree, dir string) error {
	return tr.Walk(func(name string, n *tree.Node) error {
		return exportNode(filepath.Join(dir, name), n)
	})
}

func exportNode(file string, n *tree.Node) error {
	var err error
	switch n.Kind {
	case tree.Directory:
		err = os.MkdirAll(file, 0o755)
	case tree.Symlink:
		return os.Symlink(n.Target, file)
	case tree.CharDevice:
		err = syscall.Mknod(file, syscall.S_IFCHR|n.Mode, int(n.Major<<8|n.Minor))
	case tree.Regular:
		var body []byte
		if body, err = n.Read(); err == nil {
			err = os.WriteFile(file, body, 0o600)
		}
	default:
		err = fmt.Errorf("%s: cannot make a %c on the host", file, n.Kind)
	}
	if err != nil {
		return err
	}
	if err := os.Chown(file, int(n.UID), int(n.GID)); err != nil {
		return err
	}
	return syscall.Chmod(file, n.Mode)
}

// imported takes the state of a directory of the host.
func imported(dir string) (state, error) {
	tr, err := Import(dir)
	if err != nil {
		return state{}, err
	}
	return snapshot(tr)
}

// Import reads a directory of the host into a tree; the directory itself
// becomes the root.
func Import(dir string) (*tree.Tree, error) {
	tr := tree.New(epoch)
	err := filepath.WalkDir(dir, func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, _ := strings.CutPrefix(file, dir)
		if name == "" {
			return nil
		}
		return importNode(tr, name, file)
	})
	return tr, err
}

func importNode(tr *tree.Tree, name, file string) error {
	var st syscall.Stat_t
	if err := syscall.Lstat(file, &st); err != nil {
		return err
	}
	var err error
	mode := st.Mode & 0o7777
	switch st.Mode & syscall.S_IFMT {
	case syscall.S_IFDIR:
		err = tr.Mkdir(name, mode)
	case syscall.S_IFLNK:
		var target string
		if target, err = os.Readlink(file); err == nil {
			err = tr.Symlink(target, name)
		}
	case syscall.S_IFREG:
		var body []byte
		if body, err = os.ReadFile(file); err == nil {
			err = tr.WriteFile(name, body, mode)
		}
	case syscall.S_IFCHR:
		err = tr.Mknod(name, tree.CharDevice, mode, uint32(st.Rdev>>8&0xfff), uint32(st.Rdev&0xff))
	case syscall.S_IFBLK:
		err = tr.Mknod(name, tree.BlockDevice, mode, uint32(st.Rdev>>8&0xfff), uint32(st.Rdev&0xff))
	case syscall.S_IFIFO:
		err = tr.Mknod(name, tree.Fifo, mode, 0, 0)
	}
	if err != nil {
		return err
	}
	if err := tr.Lchown(name, st.Uid, st.Gid); err != nil || st.Mode&syscall.S_IFMT == syscall.S_IFLNK {
		return err
	}
	return tr.Chmod(name, mode)
}
