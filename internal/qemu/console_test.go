package qemu

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"
)

// A terminal stands between a console and a shell, as the kernel's would: it
// shows what is typed and makes new lines of carriage returns, and the reverse.
type terminal struct {
	screen io.Writer
	shell  io.Writer
}

func (t terminal) Write(b []byte) (int, error) {
	t.screen.Write(bytes.ReplaceAll(b, []byte("\r"), []byte("\r\n")))
	if _, err := t.shell.Write(bytes.ReplaceAll(b, []byte("\r"), []byte("\n"))); err != nil {
		return 0, err
	}
	return len(b), nil
}

type cooked struct{ w io.Writer }

func (c cooked) Write(b []byte) (int, error) {
	if _, err := c.w.Write(bytes.ReplaceAll(b, []byte("\n"), []byte("\r\n"))); err != nil {
		return 0, err
	}
	return len(b), nil
}

// shell returns a console with a shell on it.
func shell(t *testing.T) *Console {
	t.Helper()
	out, screen := io.Pipe()
	cmd := exec.Command("sh")
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdout, cmd.Stderr = cooked{screen}, cooked{screen}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		cmd.Wait()
		screen.CloseWithError(io.EOF)
	}()
	t.Cleanup(func() { stdin.Close() })
	return newConsole(out, terminal{screen, stdin})
}

func TestCommand(t *testing.T) {
	c := shell(t)
	for _, test := range []struct {
		command, output string
		status          int
	}{
		{"echo hello", "hello\n", 0},
		{"printf 'no newline'", "no newline", 0},
		{"false", "", 1},
		{"(exit 42)", "", 42},
		{"printf '@%d}0\\n' 99; echo '$?'", "@99}0\n$?\n", 0},
		{"seq 3", "1\n2\n3\n", 0},
	} {
		output, status, err := c.Command(t.Context(), test.command)
		if err != nil || output != test.output || status != test.status {
			t.Errorf("%q: %q, %d, %v; want %q, %d", test.command, output, status, err, test.output, test.status)
		}
	}
}

func TestExpect(t *testing.T) {
	c := shell(t)
	if err := c.Send("echo first; echo second"); err != nil {
		t.Fatal(err)
	}
	for _, re := range []string{`\nfirst`, `\n(sec)(ond)`} {
		if _, err := c.Expect(t.Context(), regexp.MustCompile(re)); err != nil {
			t.Error(err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := c.Expect(ctx, regexp.MustCompile(`first`))
	if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "second") {
		t.Errorf("error %v", err)
	}
	if err := c.Send("exit"); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Expect(t.Context(), regexp.MustCompile(`login:`)); !errors.Is(err, ErrEnded) {
		t.Errorf("error %v", err)
	}
}
