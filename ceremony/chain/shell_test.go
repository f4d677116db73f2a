package chain

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"coen/internal/oracle"
)

// shellLoop is the specification's.
func shellLoop(t *testing.T) string {
	t.Helper()
	spec, err := os.ReadFile("../../spec/ceremony-log.md")
	if err != nil {
		t.Fatal(err)
	}
	_, after, ok := strings.Cut(string(spec), "```sh\nprev=")
	loop, _, end := strings.Cut(after, "```")
	if !ok || !end {
		t.Fatal("the specification has no loop")
	}
	return "prev=" + loop
}

// TestShellLoop has a shell and sha256sum judge the same logs as Verify.
func TestShellLoop(t *testing.T) {
	shell, loop := oracle.Need(t, "dash"), shellLoop(t)
	l, path := newLog(t, 4)
	if _, err := l.Append("note", F("text", "\\ \\n %s $(id) `id` \" \xff * Ð\t")); err != nil {
		t.Fatal(err)
	}
	whole := read(t, path)
	cases := map[string][]byte{"whole": whole}
	for i := 0; i < len(whole); i += 13 {
		changed := bytes.Clone(whole)
		changed[i] ^= 1
		cases[fmt.Sprintf("changed byte %d", i)] = changed
	}
	lines := bytes.SplitAfter(whole, []byte("\n"))
	cases["line gone"] = bytes.Join(append(append([][]byte{}, lines[:2]...), lines[3:]...), nil)
	for name, log := range cases {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "ceremony.log"), log, 0o600); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(shell, "-c", loop)
		cmd.Dir, cmd.Env = dir, append(os.Environ(), "LC_ALL=C")
		out, err := cmd.Output()
		if err != nil {
			t.Fatal(err)
		}
		r := verify(t, log)
		want := r.Last.Hash.String() + "\n"
		if r.Broken != nil {
			want = fmt.Sprintf("line %d does not fit\n", r.Broken.Line)
		}
		if !strings.HasPrefix(string(out), want) {
			t.Errorf("%s: the shell says %s, Verify %v", name, out, r.Broken)
		}
	}
}

// TestTornByShell has sha256sum check the evidence of a killed writer as the specification says.
func TestTornByShell(t *testing.T) {
	l, path := newLog(t, 1)
	if err := os.WriteFile(path, append(read(t, path), "\x00half an ent"...), 0o600); err != nil {
		t.Fatal(err)
	}
	appendNote(t, l, "on")
	out := oracle.Run(t, "dash", "-c", `sed -n 3p "$0" | tr -d '\n' | sha256sum; sed -n 4p "$0"`, path)
	sum, torn, _ := strings.Cut(out, "  -\n")
	if !strings.Contains(torn, "torn bytes=12 sha256="+sum) {
		t.Errorf("%s", out)
	}
}
