package dpkg_test

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"coen/install/internal/debtest"
	"coen/internal/oracle"
)

func writeFile(name string, content []byte) error { return os.WriteFile(name, content, 0o644) }

// confirm runs the steps in real dpkg and compares what is there afterwards.
func (c *testCase) confirm(t *testing.T, got string) {
	t.Helper()
	program := oracle.Need(t, "dpkg")
	if os.Getuid() != 0 {
		oracle.Missing(t, "only root can let dpkg install packages")
	}
	root := tempRoot(t)
	c.prepareRoot(t, root)
	failed := false
	lines := c.lines("steps")
	for i, line := range lines {
		out, err := c.stepReal(t, program, root, strings.Fields(line))
		failed = err != nil
		if failed && (i != len(lines)-1 || c.parts["error"] == "") {
			t.Fatalf("dpkg: %s: %v\n%s", line, err, out)
		}
	}
	if c.parts["error"] != "" {
		if !failed {
			t.Errorf("dpkg has no error")
		}
		return
	}
	if want := listDir(t, root); got != want {
		t.Errorf("dpkg differs: %s", diff(want, got))
	}
}

// tempRoot makes a directory, in memory if there is such a place: dpkg waits for
// the disk after every file.
func tempRoot(t *testing.T) string {
	t.Helper()
	root, err := os.MkdirTemp("/dev/shm", "dpkg")
	if err != nil {
		root = t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(root) })
	must(t, os.Chmod(root, 0o755))
	return root
}

func (c *testCase) prepareRoot(t *testing.T, root string) {
	t.Helper()
	for _, dir := range []string{"info", "updates", "triggers"} {
		must(t, os.MkdirAll(root+"/var/lib/dpkg/"+dir, 0o755))
	}
	must(t, writeFile(root+"/var/lib/dpkg/status", nil))
	must(t, writeFile(root+"/var/lib/dpkg/diversions", nil))
	must(t, writeFile(root+"/var/lib/dpkg/statoverride", nil))
	must(t, writeFile(root+"/var/lib/dpkg/triggers/Unincorp", nil))
	arches := append([]string{"amd64"}, c.lines("foreign")...)
	must(t, writeFile(root+"/var/lib/dpkg/arch", []byte(strings.Join(arches, "\n")+"\n")))
	for _, f := range c.root {
		must(t, os.MkdirAll(filepath.Dir(root+f.Name), 0o755))
		must(t, writeFile(root+f.Name, f.Data))
	}
}

func (c *testCase) stepReal(t *testing.T, program, root string, words []string) (string, error) {
	t.Helper()
	args := []string{"--root=" + root, "--force-script-chrootless", "--force-unsafe-io", "--log=/dev/null"}
	for _, line := range c.lines("filter") {
		verb, pattern, _ := strings.Cut(line, " ")
		args = append(args, "--path-"+verb+"="+pattern)
	}
	switch words[0] {
	case "finish":
		args = append(args, "--configure", "--pending")
	case "configure":
		args = append(append(args, "--no-triggers", "--configure"), words[1:]...)
	default:
		if words[0] == "unpack" {
			args = append(args, "--no-triggers") // as apt calls it
		}
		args = append(args, "--"+words[0])
		for _, dir := range words[1:] {
			file := filepath.Join(t.TempDir(), dir+".deb")
			must(t, writeFile(file, debtest.Build(t, c.packages[dir])))
			args = append(args, file)
		}
	}
	cmd := exec.Command(program, args...)
	cmd.Env = []string{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", "HOME=/nonexistent"}
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	return out.String(), err
}

func listDir(t *testing.T, root string) string {
	t.Helper()
	var names []string
	must(t, filepath.WalkDir(root, func(file string, _ fs.DirEntry, err error) error {
		names = append(names, strings.TrimPrefix(file, root))
		return err
	}))
	slices.SortFunc(names, func(a, b string) int {
		// As a walk does: a directory's content before the next name.
		return strings.Compare(strings.ReplaceAll(a, "/", "\x00"), strings.ReplaceAll(b, "/", "\x00"))
	})
	var b strings.Builder
	for _, name := range names {
		if name == "" || uninteresting(name) {
			continue
		}
		info, err := os.Lstat(root + name)
		must(t, err)
		b.WriteString(describe(t, root, name, info))
	}
	return b.String()
}

func describe(t *testing.T, root, name string, info fs.FileInfo) string {
	t.Helper()
	st := info.Sys().(*syscall.Stat_t)
	kind, rest := "f", ""
	switch info.Mode().Type() {
	case fs.ModeDir:
		kind = "d"
	case fs.ModeSymlink:
		kind = "l"
		target, err := os.Readlink(root + name)
		must(t, err)
		rest = " -> " + target
	case fs.ModeNamedPipe:
		kind = "p"
	case fs.ModeDevice | fs.ModeCharDevice:
		kind = "c"
	default:
		content, err := os.ReadFile(root + name)
		must(t, err)
		rest = contentLines(strings.ReplaceAll(string(content), root, ""))
	}
	return entryLine(name, kind, st.Mode&0o7777, st.Uid, st.Gid, int(st.Nlink), rest)
}

// diff shows where two listings part, with what follows.
func diff(want, got string) string {
	a, b := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range max(len(a), len(b)) {
		if i >= len(a) || i >= len(b) || a[i] != b[i] {
			return "dpkg\n  " + strings.Join(a[min(i, len(a)):min(i+6, len(a))], "\n  ") +
				"\nwe\n  " + strings.Join(b[min(i, len(b)):min(i+6, len(b))], "\n  ")
		}
	}
	return "nowhere"
}
