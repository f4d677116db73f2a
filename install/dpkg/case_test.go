package dpkg_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"coen/debian/deb"
	"coen/install/dpkg"
	"coen/install/internal/debtest"
	"coen/install/proc"
	"coen/install/shell"
	"coen/tree"
)

var update = flag.Bool("update", false, "write what the cases give into testdata")

// A testCase is a file of testdata: packages as directories NAME/..., files that
// are there before as root/..., and
//
//	steps      what to do, one to a line:
//	           unpack NAME... | install NAME... | configure NAME... | finish
//	filter     lines "exclude PATTERN" and "include PATTERN"
//	foreign    foreign architectures, one to a line
//	error      part of the message of the last step's error
//	no oracle  why real dpkg is not asked
//	want       what is there afterwards
type testCase struct {
	name     string
	file     *txtar.Archive
	packages map[string]map[string]string
	root     []txtar.File
	parts    map[string]string
}

func readCase(t *testing.T, file string) *testCase {
	t.Helper()
	a, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	c := &testCase{
		name: strings.TrimSuffix(filepath.Base(file), ".txtar"), file: a,
		packages: map[string]map[string]string{}, parts: map[string]string{},
	}
	for _, f := range a.Files {
		dir, rest, nested := strings.Cut(f.Name, "/")
		switch {
		case !nested:
			c.parts[f.Name] = string(f.Data)
		case dir == "root":
			c.root = append(c.root, txtar.File{Name: "/" + rest, Data: f.Data})
		default:
			if c.packages[dir] == nil {
				c.packages[dir] = map[string]string{}
			}
			c.packages[dir][rest] = string(f.Data)
		}
	}
	return c
}

func (c *testCase) lines(part string) []string {
	return strings.FieldsFunc(c.parts[part], func(r rune) bool { return r == '\n' })
}

func TestCases(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no cases")
	}
	for _, file := range files {
		c := readCase(t, file)
		t.Run(c.name, func(t *testing.T) {
			got := c.run(t)
			if *update {
				c.save(t, file, got)
			} else if got != c.parts["want"] {
				t.Errorf("got\n%s\nwant\n%s", got, c.parts["want"])
			}
			if c.parts["no oracle"] == "" {
				c.confirm(t, got)
			}
		})
	}
}

// run runs the steps in our dpkg and lists what is there afterwards.
func (c *testCase) run(t *testing.T) string {
	t.Helper()
	root := tree.New(debtest.Epoch)
	for _, f := range c.root {
		must(t, root.MkdirAll(path.Dir(f.Name), 0o755))
		must(t, root.WriteFile(f.Name, f.Data, 0o644))
	}
	m := &proc.Machine{Tree: root, Commands: map[string]proc.Func{}, Builtin: map[string]bool{}, Arch: "amd64"}
	shell.New(m)
	db, err := dpkg.New(m, dpkg.Config{
		Arch: "amd64", Foreign: c.lines("foreign"), Version: "1.21.22", Filter: c.filter(t),
	})
	must(t, err)
	for name, f := range db.Table() {
		m.Commands[name], m.Builtin[name] = f, true
	}
	lines := c.lines("steps")
	for i, line := range lines {
		err := c.step(t, db, strings.Fields(line))
		switch want := strings.TrimSpace(c.parts["error"]); {
		case err != nil && (want == "" || i != len(lines)-1):
			t.Fatalf("%s: %v", line, err)
		case err == nil && want != "" && i == len(lines)-1:
			t.Fatalf("%s: no error, want %q", line, want)
		case err != nil && !strings.Contains(err.Error(), want):
			t.Fatalf("%s: error %q, want %q", line, err, want)
		}
	}
	if c.parts["error"] != "" {
		return ""
	}
	return listTree(t, root)
}

func (c *testCase) filter(t *testing.T) dpkg.Filter {
	t.Helper()
	var f dpkg.Filter
	for _, line := range c.lines("filter") {
		verb, pattern, _ := strings.Cut(line, " ")
		f = append(f, dpkg.Exclusion{Pattern: pattern, Include: verb == "include", Reason: "test"})
	}
	return f
}

func (c *testCase) step(t *testing.T, db *dpkg.Database, words []string) error {
	t.Helper()
	ctx := context.Background()
	if words[0] == "finish" {
		return db.Finish(ctx)
	}
	var packages []*dpkg.Package
	for _, dir := range words[1:] {
		if words[0] == "configure" {
			packages = append(packages, db.Lookup(dir))
			continue
		}
		d, files := openDeb(t, debtest.Build(t, c.packages[dir]))
		p, err := db.Add(d.Control, d.Members)
		if err != nil {
			return err
		}
		if err := db.Unpack(p, files, false); err != nil {
			return err
		}
		packages = append(packages, p)
	}
	switch words[0] {
	case "unpack":
		return db.Checkpoint()
	case "configure":
		return db.Configure(ctx, packages...)
	case "install":
		return db.ConfigureAll(ctx, packages...)
	}
	t.Fatalf("unknown step %q", words)
	return nil
}

func openDeb(t testing.TB, content []byte) (*deb.Package, []dpkg.File) {
	t.Helper()
	d, err := deb.Open(bytes.NewReader(content), int64(len(content)))
	must(t, err)
	r, err := d.Data()
	must(t, err)
	defer r.Close()
	var files []dpkg.File
	for {
		e, err := r.Next()
		if err == io.EOF {
			return d, files
		}
		must(t, err)
		body, err := io.ReadAll(r)
		must(t, err)
		files = append(files, dpkg.File{Entry: *e, Content: tree.Bytes(body)})
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// save writes the listing into the case's file.
func (c *testCase) save(t *testing.T, file, got string) {
	t.Helper()
	c.file.Files = slices.DeleteFunc(c.file.Files, func(f txtar.File) bool { return f.Name == "want" })
	if got != "" {
		c.file.Files = append(c.file.Files, txtar.File{Name: "want", Data: []byte(got)})
	}
	must(t, writeFile(file, txtar.Format(c.file)))
}

// uninteresting are files of the database that are locks, the same in every
// case, or former versions of others.
func uninteresting(name string) bool {
	switch strings.TrimPrefix(name, "/var/lib/dpkg/") {
	case "lock", "lock-frontend", "arch", "arch-native", "available", "info/format", "triggers/Lock",
		"parts", "updates", "alternatives", "cmethopt", "methods":
		return true
	}
	return strings.HasSuffix(name, "-old")
}

// entryLine describes a path.
func entryLine(name, kind string, mode, uid, gid uint32, links int, rest string) string {
	s := fmt.Sprintf("%s %04o %d:%d %s", kind, mode, uid, gid, name)
	if kind == "l" {
		s = fmt.Sprintf("l %d:%d %s", uid, gid, name)
	}
	if kind == "f" && links > 1 {
		s += fmt.Sprintf(" (%d links)", links)
	}
	return s + rest + "\n"
}

// contentLines indents a file's content.
func contentLines(content string) string {
	if content == "" {
		return ""
	}
	return "\n    " + strings.ReplaceAll(strings.TrimSuffix(content, "\n"), "\n", "\n    ")
}

func listTree(t *testing.T, root *tree.Tree) string {
	t.Helper()
	var b strings.Builder
	must(t, root.Walk(func(name string, n *tree.Node) error {
		if uninteresting(name) || name == "/" {
			return nil
		}
		rest := ""
		switch n.Kind {
		case tree.Regular:
			content, err := n.Read()
			must(t, err)
			rest = contentLines(string(content))
		case tree.Symlink:
			rest = " -> " + n.Target
		}
		b.WriteString(entryLine(name, string(n.Kind), n.Mode, n.UID, n.GID, n.Links(), rest))
		return nil
	}))
	return b.String()
}
