package shell_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"coen/internal/oracle"
)

// outcome is what a shell is held to: its output, its status, and whether it
// complained. The wording of messages is not compared.
type outcome struct {
	stdout   string
	status   int
	complain bool
}

// TestDash runs every snippet of testdata/dash through dash and through the
// interpreter.
func TestDash(t *testing.T) { compare(t, "dash", "testdata/dash/*.txtar") }

// TestBash does the same with bash, for what only bash knows.
func TestBash(t *testing.T) { compare(t, "bash", "testdata/bash/*.txtar") }

func compare(t *testing.T, program, pattern string) {
	real := oracle.Need(t, program)
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("no snippets in %s: %v", pattern, err)
	}
	count := 0
	for _, file := range files {
		for _, sn := range snippets(t, file) {
			count++
			t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar")+"/"+sn.name, func(t *testing.T) {
				dir := t.TempDir()
				want := runReal(t, real, dir, sn.script)
				got := runOurs(t, program, dir, sn.script)
				if got.outcome != want {
					t.Errorf("%s\nwe:   %+v\n%s: %+v\nour stderr: %s", sn.script, got.outcome, program, want, got.stderr)
				}
			})
		}
	}
	t.Logf("%d snippets", count)
}

type snippet struct{ name, script string }

// snippets reads a file in txtar format.
func snippets(t testing.TB, file string) []snippet {
	t.Helper()
	body, err := os.ReadFile(file)
	must(t, err)
	var out []snippet
	for line := range strings.Lines(string(body)) {
		if name, ok := strings.CutPrefix(line, "-- "); ok && strings.HasSuffix(name, " --\n") {
			out = append(out, snippet{name: strings.TrimSuffix(name, " --\n")})
		} else if len(out) > 0 {
			out[len(out)-1].script += line
		}
	}
	return out
}

func runReal(t *testing.T, program, dir, script string) outcome {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, "-c", script, "snippet", "one", "two words", "")
	cmd.Dir = dir
	for name, value := range environment(dir) {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr, cmd.Stdin = &stdout, &stderr, strings.NewReader("first line\nsecond line\n")
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return outcome{stdout.String(), cmd.ProcessState.ExitCode(), stderr.Len() > 0}
}
