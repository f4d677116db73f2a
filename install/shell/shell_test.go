package shell_test

import (
	"errors"
	"strings"
	"testing"

	"coen/install/proc"
	"coen/tree"
)

// script runs body as the script postinst of a package.
func script(t testing.TB, body string) (result, *tree.Tree) {
	t.Helper()
	m, in := machine(t)
	in.MaxSteps = 1_000_000
	m.Tree.By(tree.Author{Kind: tree.ByPackage, Name: "thing 1.0"})
	must(t, m.Tree.WriteFile("/postinst", []byte(body), 0o755))
	must(t, m.Tree.WriteFile("/usr/bin/unknown", []byte("\x7fELF"), 0o755))
	must(t, m.Tree.WriteFile("/usr/bin/helper", []byte("#!/bin/sh\nset -e\n: > /helped\nunknown --x\n"), 0o755))
	must(t, m.Tree.WriteFile("/lib.sh", []byte("f() {\n\techo > /by-library\n\tunknown\n}\n"), 0o644))
	m.Tree.By(tree.Author{Kind: tree.ByScript, Name: "thing 1.0"})
	return runIn(m, "/", "/postinst", "configure", ""), m.Tree
}

func TestAuthors(t *testing.T) {
	_, tr := script(t, `#!/bin/sh
touch /by-command
echo a > /by-redirection
while false; do :; done > /by-loop
{ echo b; } > /by-block
x=$(touch /by-substitution) >/by-assignment
helper || true
f() {
	touch /by-function
}
f
exec 3> /by-exec
echo a >&3
`)
	for name, detail := range map[string]string{
		"/by-command":      "postinst:2: touch /by-command",
		"/by-redirection":  "postinst:3: echo a",
		"/by-block":        "postinst:5: echo b",
		"/by-loop":         "postinst:4: while",
		"/by-substitution": "postinst:6: touch /by-substitution",
		"/by-assignment":   "postinst:6: x=",
	} {
		n, err := tr.Lookup(name)
		must(t, err)
		want := tree.Author{Kind: tree.ByScript, Name: "thing 1.0", Detail: detail}
		if n.Made != want {
			t.Errorf("%s: made by %q, want %q", name, n.Made, want)
		}
	}
}

func TestAuthorsOfNestedScripts(t *testing.T) {
	r, tr := script(t, "#!/bin/sh\n. /lib.sh\nhelper\n")
	n, err := tr.Lookup("/helped")
	must(t, err)
	if want := "postinst:3: helper:3: :"; n.Made.Detail != want {
		t.Errorf("made by %q, want %q", n.Made.Detail, want)
	}
	if a := tr.Author(); a.Detail != "" {
		t.Errorf("author after the script: %q", a)
	}
	if r.err == nil {
		t.Error("no error")
	}
}

// TestErrors holds the messages of errors that stop the build.
func TestErrors(t *testing.T) {
	for body, want := range map[string]string{
		"#!/bin/sh\n\nunknown a || true\n":                          `postinst:3: unknown command "unknown" (an ELF program)`,
		"#!/bin/sh\nhelper\n":                                       `postinst:2: helper:4: unknown command "unknown" (an ELF program)`,
		"#!/bin/sh\n. /lib.sh\n\nf\n":                               `lib.sh:3: unknown command "unknown" (an ELF program)`,
		"#!/bin/sh\nx=$(true; unknown)\n":                           `postinst:2: unknown command "unknown" (an ELF program)`,
		"#!/bin/sh\neval '\nunknown'\n":                             `postinst:3: unknown command "unknown" (an ELF program)`,
		"#!/bin/sh\necho a | (unknown) | cat\n":                     `postinst:2: unknown command "unknown" (an ELF program)`,
		"#!/bin/sh\ntrap unknown EXIT\n:\n":                         `postinst:3: unknown command "unknown" (an ELF program)`,
		"#!/bin/sh\nread x < /dev/urandom || true\n":                `postinst:2: device /dev/urandom`,
		"#!/bin/sh\nkill -TERM $$\n":                                `postinst:2: kill: sending signals`,
		"#!/bin/bash\necho $RANDOM\n":                               `postinst:2: $RANDOM`,
		"#!/bin/bash\necho $((RANDOM % 3))\n":                       `postinst:2: $RANDOM`,
		"#!/bin/bash\n[[ $RANDOM ]]\n":                              `postinst:2: $RANDOM`,
		"#!/bin/bash\ncat <(echo a)\n":                              `postinst:2: process substitution`,
		"#!/bin/bash\nexec 3<>/dev/tcp/host/80\n":                   `postinst:2: network /dev/tcp/host/80`,
		"#!/bin/bash\npushd /\n":                                    `postinst:2: bash builtin pushd`,
		"#!/bin/bash\ntime true\n":                                  `postinst:2: time`,
		"#!/bin/bash\ntrap 'echo' ERR\n":                            `postinst:2: trap on ERR`,
		"#!/bin/bash\nselect x in a; do :; done\n":                  `postinst:2: select`,
		"#!/bin/bash\nlocal -n x=y || unknown\n":                    `postinst:2: unknown command "unknown" (an ELF program)`,
		"#!/bin/bash\nf() { local -n x=y; }\nf\n":                   `postinst:2: nameref`,
		"#!/bin/bash\nshopt -s lastpipe\n":                          `postinst:2: shopt -s lastpipe`,
		"#!/bin/sh\nf() { f; }\nf\n":                                `postinst:2: commands nested too deep`,
		"#!/bin/sh\n./postinst\n":                                   `commands nested too deep`,
		"#!/bin/sh\nx=aaaaaaaaaaaaaaaa\nwhile :; do x=$x$x; done\n": `postinst:3: the script does not end`,
		"#!/bin/sh\nwhile :; do echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa; done | cat\n": `the script does not end`,
	} {
		r, _ := script(t, body)
		if r.err == nil || !strings.HasSuffix(r.err.Error(), want) || strings.Count(r.err.Error(), "postinst") > 1000 {
			t.Errorf("%s\nerror %.300v\nwant  %s", body, r.err, want)
		}
	}
}

// TestHostileSource: sources made to exhaust the parser are refused or fail.
func TestHostileSource(t *testing.T) {
	for _, c := range []struct {
		text   string
		n      int
		status int
		err    string
	}{
		{"(", 10_000, 2, ""},
		{"if ", 1_000_000, 0, "sh:0: commands nested too deep"},
		{"$(( a ? ", 1_000_000, 0, "sh:0: commands nested too deep"},
		{"x[", 49_000, 127, ""},
		{"false || ", 200_000, 2, ""},
		{"(", 1_000_000, 0, "sh:0: commands nested too deep"},
		{"echo", 5_000_000, 0, "sh:0: script of 20000000 bytes, at most 16777216 are read"},
	} {
		m, _ := machine(t)
		r := runIn(m, "/", "sh", "-c", strings.Repeat(c.text, c.n))
		if r.status != c.status || r.err == nil && c.err != "" || r.err != nil && r.err.Error() != c.err {
			t.Errorf("%q: status %d, error %v", c.text, r.status, r.err)
		}
	}
}

// TestAfterError: an error leaves nothing behind in the interpreter.
func TestAfterError(t *testing.T) {
	m, _ := machine(t)
	must(t, m.Tree.WriteFile("/again", []byte("#!/bin/sh\n/again\n"), 0o755))
	for range 3 {
		if r := runIn(m, "/", "/again"); r.err == nil || !strings.HasSuffix(r.err.Error(), ": commands nested too deep") {
			t.Fatalf("error %.100v", r.err)
		}
	}
	if r := runIn(m, "/", "sh", "-c", "sh -c 'echo fine'"); r.stdout != "fine\n" {
		t.Errorf("%+v", r)
	}
}

func TestUnmodelledCanBeRecognised(t *testing.T) {
	r, _ := script(t, "#!/bin/sh\nunknown\n")
	var u *proc.Unmodelled
	if !errors.As(r.err, &u) {
		t.Errorf("%v is no *proc.Unmodelled", r.err)
	}
}

// TestMissingCommand: what is not there is status 127, as in a real system.
func TestMissingCommand(t *testing.T) {
	r, _ := script(t, "#!/bin/sh\nnowhere || echo $?\ncommand -v nowhere || echo none\n")
	if r.err != nil || r.stdout != "127\nnone\n" || r.status != 0 {
		t.Errorf("%+v", r)
	}
}

func TestFilesOfScripts(t *testing.T) {
	_, tr := script(t, "#!/bin/sh\numask 027\necho a > /f\necho b >> /f\n")
	n, err := tr.Lookup("/f")
	must(t, err)
	body, err := n.Read()
	must(t, err)
	if n.Mode != 0o640 || n.ModTime != epoch || n.UID != 0 || string(body) != "a\nb\n" {
		t.Errorf("mode %o, time %d, owner %d, content %q", n.Mode, n.ModTime, n.UID, body)
	}
}

func TestShebang(t *testing.T) {
	for _, c := range []struct {
		line, body string
		status     int
		stdout     string
	}{
		{"#!/bin/sh -e", "false\necho no\n", 1, ""},
		{"#! /bin/sh", "echo {a,b} $1\n", 0, "{a,b} configure\n"},
		{"#!/bin/bash", "echo {a,b} $1\n", 0, "a b configure\n"},
		{"#!/usr/bin/env bash", "[[ a == a ]] && echo $#\n", 0, "2\n"},
		{"#!/bin/dash -eu", "echo $0\n: $nothing\n", 2, "/postinst\n"},
		{"#!/bin/bash -e", "false\necho no\n", 1, ""},
		{"#!/bin/sh", "echo a\nif\n", 2, "a\n"},
	} {
		r, _ := script(t, c.line+"\n"+c.body)
		if r.err != nil || r.status != c.status || r.stdout != c.stdout {
			t.Errorf("%s\n%s%+v", c.line, c.body, r)
		}
	}
}

// TestConstants: what differs from run to run on a real system stands still.
func TestConstants(t *testing.T) {
	r, _ := script(t, "#!/bin/bash\necho $$ $PPID $HOSTNAME $SECONDS\n(echo $$)\ntrue &\necho $!\n")
	if want := "1000 999 coen 0\n1000\n1001\n"; r.stdout != want {
		t.Errorf("%q, want %q", r.stdout, want)
	}
}

func TestFileSurvivesRename(t *testing.T) {
	m, _ := machine(t)
	m.Commands["mv"] = func(p *proc.Proc) (int, error) { return 0, p.Tree.Rename(p.Args[1], p.Args[2]) }
	must(t, m.Tree.WriteFile("/usr/bin/mv", nil, 0o755))
	r := runIn(m, "/", "sh", "-c", "exec 3>/a; echo one >&3; mv /a /b; echo two >&3; cat /b")
	if r.err != nil || r.stdout != "one\ntwo\n" {
		t.Errorf("%+v", r)
	}
}

func TestTildeOfUser(t *testing.T) {
	m, _ := machine(t)
	must(t, m.Tree.WriteFile("/etc/passwd", []byte("someone:x:7:7::/var/lib/someone:/bin/sh\n"), 0o644))
	r := runIn(m, "/", "sh", "-c", "echo ~someone/x ~root")
	if r.stdout != "/var/lib/someone/x ~root\n" {
		t.Errorf("%+v", r)
	}
}

func BenchmarkLoop(b *testing.B) {
	m, _ := machine(b)
	for b.Loop() {
		r := runIn(m, "/", "sh", "-c", `i=0; n=0
while [ $i -lt 100000 ]; do
	case $i in *7) n=$((n+1));; *) ;; esac
	i=$((i+1))
done; echo $n`)
		if r.stdout != "10000\n" {
			b.Fatalf("%+v", r)
		}
	}
}

func BenchmarkSubstitution(b *testing.B) {
	m, _ := machine(b)
	for b.Loop() {
		r := runIn(m, "/", "sh", "-c", `i=0; while [ $i -lt 5000 ]; do x=$(echo $i | cat); i=$((i+1)); done; echo $x`)
		if r.stdout != "4999\n" {
			b.Fatalf("%+v", r)
		}
	}
}
