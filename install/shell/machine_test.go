package shell_test

import (
	"bytes"
	"io"
	"sort"
	"strings"
	"testing"

	"coen/install/proc"
	"coen/install/shell"
	"coen/tree"
)

const epoch = 1735689600

func environment(dir string) map[string]string {
	return map[string]string{
		"PATH": "/usr/bin:/bin", "HOME": "/home/someone", "LC_ALL": "C", "PWD": dir, "GIVEN": "from outside",
	}
}

// machine makes a world with just the commands that snippets need.
func machine(t testing.TB) (*proc.Machine, *shell.Interpreter) {
	t.Helper()
	m := &proc.Machine{Tree: tree.New(epoch), Arch: "amd64", Hostname: "coen"}
	in := shell.New(m)
	for name, model := range models {
		m.Commands[name] = model
	}
	must(t, m.Tree.MkdirAll("/usr/bin", 0o755))
	must(t, m.Tree.MkdirAll("/etc", 0o755))
	must(t, m.Tree.MkdirAll("/tmp", 0o1777))
	must(t, m.Tree.Symlink("usr/bin", "/bin"))
	must(t, m.Tree.WriteFile("/etc/passwd", []byte("root:x:0:0:root:/root:/bin/bash\n"), 0o644))
	for name := range m.Commands {
		must(t, m.Tree.WriteFile("/usr/bin/"+name, []byte("\x7fELF"), 0o755))
	}
	return m, in
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

type result struct {
	outcome
	stderr string
	err    error
}

// runOurs runs "program -c script" in our world.
func runOurs(t testing.TB, program, dir, script string) result {
	t.Helper()
	m, _ := machine(t)
	must(t, m.Tree.MkdirAll(dir, 0o755))
	r := runIn(m, dir, program, "-c", script, "snippet", "one", "two words", "")
	if r.err != nil {
		t.Fatalf("%s\n%v", script, r.err)
	}
	return r
}

func runIn(m *proc.Machine, dir string, args ...string) result {
	var stdout, stderr bytes.Buffer
	p := &proc.Proc{
		Machine: m, Args: args, Env: environment(dir), Dir: dir, Umask: 0o022,
		Files: map[int]*proc.File{
			0: {R: strings.NewReader("first line\nsecond line\n")}, 1: {W: &stdout}, 2: {W: &stderr},
		},
	}
	status, err := p.Run()
	return result{outcome{stdout.String(), status, stderr.Len() > 0}, stderr.String(), err}
}

// models are the commands snippets use, as far as they use them.
var models = map[string]proc.Func{
	"cat":   cat,
	"echo":  shell.Echo,
	"false": func(*proc.Proc) (int, error) { return 1, nil },
	"env":   env,
	"mkdir": each(func(p *proc.Proc, name string) error { return p.Tree.MkdirAll(name, 0o777&^p.Umask) }),
	"rm":    each(func(p *proc.Proc, name string) error { return p.Tree.RemoveAll(name) }),
	"touch": each(func(p *proc.Proc, name string) error { return p.Tree.WriteFile(name, nil, 0o666&^p.Umask) }),
	"chmod": each(func(p *proc.Proc, name string) error { return p.Tree.Chmod(name, 0o755) }),
	"ln": func(p *proc.Proc) (int, error) {
		if len(p.Args) != 4 {
			return 1, nil
		}
		if err := p.Tree.Symlink(p.Args[2], p.Path(p.Args[3])); err != nil {
			return p.Errorf("%v", err)
		}
		return 0, nil
	},
}

func cat(p *proc.Proc) (int, error) {
	if len(p.Args) == 1 {
		if _, err := io.Copy(p.Stdout(), p.Stdin()); err != nil {
			return p.Errorf("%v", err)
		}
		return 0, nil
	}
	for _, name := range p.Args[1:] {
		if name == "-" {
			_, _ = io.Copy(p.Stdout(), p.Stdin())
			continue
		}
		body, err := p.Tree.ReadFile(p.Path(name))
		if err != nil {
			return p.Errorf("%v", err)
		}
		if _, err := p.Stdout().Write(body); err != nil {
			return p.Errorf("%v", err)
		}
	}
	return 0, nil
}

func env(p *proc.Proc) (int, error) {
	var lines []string
	for name, value := range p.Env {
		lines = append(lines, name+"="+value+"\n")
	}
	sort.Strings(lines)
	_, err := io.WriteString(p.Stdout(), strings.Join(lines, ""))
	return 0, err
}

// each calls f with every operand.
func each(f func(p *proc.Proc, name string) error) proc.Func {
	return func(p *proc.Proc) (int, error) {
		for _, arg := range p.Args[1:] {
			if strings.HasPrefix(arg, "-") || arg == "a+rx,u+w" {
				continue
			}
			if err := f(p, p.Path(arg)); err != nil {
				return p.Errorf("%v", err)
			}
		}
		return 0, nil
	}
}
