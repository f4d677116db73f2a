package treetest

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"coen/install/proc"
	"coen/tree"
)

// A Suite is a set of models and, if there is one, how to run the real program
// on a root directory of the host.
type Suite struct {
	Commands map[string]proc.Func
	Script   func(p *proc.Proc, file string) (int, error)

	// Real returns the host command that does to the directory root what args
	// do to the tree. A nil slice means that there is no such command.
	Real func(t *testing.T, root string, args []string) []string

	// Ignore lists paths that the real program writes and the model leaves out
	// on purpose, with all they hold.
	Ignore []string

	// Silent says that what programs print need not be the same.
	Silent bool
}

// Run runs the cases that match the patterns, each as a subtest, through the
// models and then through the real programs.
func (s Suite) Run(t *testing.T, patterns ...string) {
	for _, pattern := range patterns {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("no cases match %q (%v)", pattern, err)
		}
		for _, file := range files {
			t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) { s.one(t, file) })
		}
	}
}

func (s Suite) one(t *testing.T, file string) {
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	c := parse(t, file, data)
	got := s.model(t, c)
	if os.Getenv("UPDATE_CASES") == "1" {
		if err := os.WriteFile(file, c.updated(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	c.check(t, got)
	if s.Real != nil && !strings.Contains(c.about, "no oracle") {
		t.Run("oracle", func(t *testing.T) { s.real(t, c, got) })
	}
}

// An outcome is what a run of all steps led to.
type outcome struct {
	steps      []step
	start, end state
}

func (s Suite) model(t *testing.T, c *testcase) outcome {
	t.Helper()
	tr := tree.New(epoch)
	if err := c.plant(tr); err != nil {
		t.Fatalf("%s: %v", c.file, err)
	}
	var o outcome
	var err error
	if o.start, err = snapshot(tr); err != nil {
		t.Fatal(err)
	}
	for _, st := range c.steps {
		done, err := s.step(tr, st)
		if err != nil {
			t.Fatalf("%s: %s: %v", c.file, st.line, err)
		}
		o.steps = append(o.steps, done)
	}
	if o.end, err = snapshot(tr); err != nil {
		t.Fatal(err)
	}
	return o
}

// step runs one command through its model. What is not modelled shows as
// status 255 and the message, so that cases can state it.
func (s Suite) step(tr *tree.Tree, st step) (step, error) {
	var stdout, stderr bytes.Buffer
	p := &proc.Proc{
		Machine: Machine(tr, s.Commands, s.Script),
		Args:    st.args,
		Env:     map[string]string{"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C", "HOME": "/root"},
		Dir:     "/",
		Umask:   0o022,
		Files: map[int]*proc.File{
			0: {R: strings.NewReader(st.stdin)}, 1: {W: &stdout}, 2: {W: &stderr},
		},
	}
	for _, e := range st.env {
		name, value, _ := strings.Cut(e, "=")
		p.Env[name] = value
	}
	status, err := p.Run()
	if u, ok := err.(*proc.Unmodelled); ok {
		status, err = 255, nil
		fmt.Fprintf(&stderr, "unmodelled: %s\n", u.What)
	}
	st.stdout, st.stderr, st.status = stdout.String(), stderr.String(), status
	return st, err
}

// Machine returns a machine over tr in which every model can be run whether or
// not the tree holds its program.
func Machine(tr *tree.Tree, commands map[string]proc.Func, script func(*proc.Proc, string) (int, error)) *proc.Machine {
	m := &proc.Machine{Tree: tr, Commands: commands, Builtin: map[string]bool{}, Script: script,
		Arch: "amd64", Hostname: "coen", Kernel: "6.12.1-test"}
	for name := range commands {
		m.Builtin[name] = true
	}
	return m
}

func (c *testcase) check(t *testing.T, got outcome) {
	t.Helper()
	for i, want := range c.steps {
		g := got.steps[i]
		if g.status != want.status || g.stdout != want.stdout || g.stderr != want.stderr {
			t.Errorf("%s: $ %s\ngot  status %d\n%s%swant status %d\n%s%s", c.file, want.line,
				g.status, marked("> ", g.stdout), marked("! ", g.stderr),
				want.status, marked("> ", want.stdout), marked("! ", want.stderr))
		}
	}
	list, texts := diff(got.start, got.end)
	if list != c.list {
		t.Errorf("%s: changed paths:\n%swant:\n%s", c.file, list, c.list)
	}
	for name, want := range c.want {
		if texts[name] != want {
			t.Errorf("%s: %s is\n%swant:\n%s", c.file, name, texts[name], want)
		}
	}
	for name := range texts {
		if _, ok := c.want[name]; !ok {
			t.Errorf("%s: %s has unexpected content\n%s", c.file, name, texts[name])
		}
	}
}

// diff lists what differs between two states, and the new text contents.
func diff(a, b state) (list string, texts map[string]string) {
	texts = map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(b.line)) {
		text, isText := b.text[name]
		old, had := a.text[name]
		if isText && (text != old || !had) && text != "" {
			texts[name] = text
		}
		if a.line[name] != b.line[name] || text != old {
			list += b.line[name] + "\n"
		}
	}
	for _, name := range slices.Sorted(maps.Keys(a.line)) {
		if _, ok := b.line[name]; !ok {
			list += "- " + name + "\n"
		}
	}
	return list, texts
}

func marked(mark, text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		b.WriteString(mark + strings.TrimSuffix(line, "\n") + "\n")
	}
	return b.String()
}

// updated is the archive of the case with its expectations taken from o.
func (c *testcase) updated(o outcome) []byte {
	comment := c.about
	for _, s := range o.steps {
		comment += "$ " + s.line + "\n" + marked("< ", s.stdin) + marked("> ", s.stdout) + marked("! ", s.stderr)
		if s.status != 0 {
			comment += fmt.Sprintf("? %d\n", s.status)
		}
	}
	sections := c.start
	list, texts := diff(o.start, o.end)
	if list != "" {
		sections = append(sections, section{"want", []byte(list)})
	}
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		sections = append(sections, section{"want" + name, []byte(texts[name])})
	}
	return joinArchive(comment, sections)
}
