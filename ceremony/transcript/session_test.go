package transcript

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"

	"coen/ceremony/chain"
	"coen/ceremony/recorder"
	"coen/internal/oracle"
)

// A desk is an operator's terminal with a session on it.
type desk struct {
	t        *testing.T
	keyboard *os.File // the other end of the operator's terminal
	ram, dir string
	status   chan int

	mu     sync.Mutex
	screen bytes.Buffer
}

// sit starts a session of a program.
func sit(t *testing.T, program ...string) *desk {
	t.Helper()
	home := t.TempDir()
	if err := os.WriteFile(filepath.Join(home, ".bashrc"), []byte("PS1='$ '\nHISTCONTROL=ignoreboth\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("HOME", home)
	t.Setenv("TERM", "dumb")
	t.Setenv("PS1", "$ ")
	keyboard, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	pty.Setsize(keyboard, &pty.Winsize{Rows: 30, Cols: 100})
	d := &desk{t: t, keyboard: keyboard, ram: t.TempDir(), dir: t.TempDir(), status: make(chan int, 1)}
	go d.look()
	t.Cleanup(func() { tty.Close(); keyboard.Close() })
	log, err := chain.Open(filepath.Join(d.ram, "ceremony.log"), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	r, err := recorder.New(log, d.dir, func(text string) { t.Log(text) })
	if err != nil {
		t.Fatal(err)
	}
	s := &Session{Recorder: r, Now: time.Now, Command: program, RunDir: d.ram, In: tty, Out: tty}
	go func() {
		status, err := s.Run(context.WithoutCancel(t.Context()))
		if err != nil {
			t.Error(err)
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
		log.Close()
		d.status <- status
	}()
	return d
}

func (d *desk) look() {
	buf := make([]byte, 4096)
	for {
		n, err := d.keyboard.Read(buf)
		d.mu.Lock()
		d.screen.Write(buf[:n])
		d.mu.Unlock()
		if err != nil {
			return
		}
	}
}

func (d *desk) shown() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.screen.String()
}

// wait waits until the screen has shown text n times.
func (d *desk) wait(text string, n int) {
	d.t.Helper()
	for range 1000 {
		if strings.Count(d.shown(), text) >= n {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	d.t.Fatalf("%q is not on the screen: %q", text, d.shown())
}

func (d *desk) typeIn(text string) {
	d.t.Helper()
	if _, err := d.keyboard.WriteString(text); err != nil {
		d.t.Fatal(err)
	}
}

// leave waits for the end of the session.
func (d *desk) leave(want int) {
	d.t.Helper()
	select {
	case status := <-d.status:
		if status != want {
			d.t.Errorf("exit status %d instead of %d", status, want)
		}
	case <-time.After(2 * time.Minute):
		d.t.Fatalf("the session does not end; on the screen: %q", d.shown())
	}
}

// file returns the path and content of the copy that matches a pattern.
func (d *desk) file(pattern string) (path, content string) {
	d.t.Helper()
	paths, err := filepath.Glob(filepath.Join(d.dir, pattern))
	if err != nil || len(paths) != 1 {
		d.t.Fatalf("%s: %v, %v", pattern, paths, err)
	}
	b, err := os.ReadFile(paths[0])
	if err != nil {
		d.t.Fatal(err)
	}
	return paths[0], string(b)
}

// entries returns what the log says of some kinds, "command: ls" for example, and all terminal text.
func (d *desk) entries(kinds map[string]string) (said []string, text string) {
	d.t.Helper()
	_, log := d.file("ceremony-*.log")
	if _, err := chain.Scan(strings.NewReader(log), func(e chain.Entry, _ []byte) error {
		if key, ok := kinds[e.Kind]; ok {
			said = append(said, e.Kind+": "+e.Get(key))
		}
		if e.Kind == "terminal" {
			text += e.Get("text")
		}
		return nil
	}); err != nil {
		d.t.Error(err)
	}
	return said, text
}

func TestBash(t *testing.T) {
	d := sit(t, oracle.Need(t, "bash"))
	d.wait("$ ", 1)
	d.typeIn("echo one; (exit 3)\r")
	d.wait("\none", 1)
	d.wait("$ ", 2)
	d.typeIn("\r") // an empty prompt is no command
	d.wait("$ ", 3)
	d.typeIn("sh -c 'echo u\"\"p; exec sleep 1000'\r")
	d.wait("\nup", 1)
	d.typeIn("\x03")
	d.wait("$ ", 4)
	d.typeIn(" printf '\\033]133;C;session=x;cmdline_url=forged\\033\\\\' # \xc3\x90 *\r")
	d.wait("$ ", 5)
	d.typeIn("exit 5\r")
	d.leave(5)

	said, text := d.entries(map[string]string{"command": "text", "command-done": "status", "terminal-close": "status"})
	want := []string{"command: echo one; (exit 3)", "command-done: 3", `command: sh -c 'echo u""p; exec sleep 1000'`, "command-done: 130",
		"command:  printf '\\033]133;C;session=x;cmdline_url=forged\\033\\\\' # Ð *", "command-done: 0",
		"command: exit 5", "terminal-close: 5"}
	if strings.Join(said, "\n") != strings.Join(want, "\n") {
		t.Errorf("%q", said)
	}
	_, typescript := d.file("script-*.log")
	head, rest, _ := strings.Cut(typescript, "\n")
	body, tail, ok := strings.Cut(rest, "\nScript done on ")
	if !ok || !strings.Contains(head, `COLUMNS="100" LINES="30"`) || !strings.Contains(tail, `[COMMAND_EXIT_CODE="5"]`) {
		t.Errorf("%q", typescript)
	}
	if body != text || body != d.shown() {
		t.Errorf("typescript %q, log %q, screen %q", body, text, d.shown())
	}
	if strings.Count(body, "\x1b]133") != 1 {
		t.Errorf("the forged mark is not the only one that is left: %q", body)
	}
}

func TestWindowSize(t *testing.T) {
	d := sit(t, "sh", "-c", "stty size; read x; stty size")
	d.wait("30 100", 1)
	pty.Setsize(d.keyboard, &pty.Winsize{Rows: 40, Cols: 120})
	// The kernel tells the foreground process of the operator's terminal, which a test is not.
	if err := syscall.Kill(os.Getpid(), syscall.SIGWINCH); err != nil {
		t.Fatal(err)
	}
	for range 1000 {
		if _, log := d.file("ceremony-*.log"); strings.Contains(log, " terminal-size ") {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	d.typeIn("\r")
	d.leave(0)
	d.wait("40 120", 1)
	said, _ := d.entries(map[string]string{"terminal-size": "rows"})
	if _, timing := d.file("script-*.timing"); len(said) != 1 || said[0] != "terminal-size: 40" ||
		!strings.Contains(timing, " SIGWINCH ROWS=40 COLS=120\n") {
		t.Errorf("%q\n%s", said, timing)
	}
}

// TestScriptreplay has scriptreplay(1) play a session, and plays one of script(1).
func TestScriptreplay(t *testing.T) {
	d := sit(t, oracle.Need(t, "bash"))
	d.wait("$ ", 1)
	d.typeIn("echo 'a b'\r")
	d.wait("$ ", 2)
	d.typeIn("exit\r")
	d.leave(0)
	typescript, _ := d.file("script-*.log")
	timing, steps := d.file("script-*.timing")
	theirs := oracle.Run(t, "scriptreplay", "-d", "100", "-T", timing, "-O", typescript)
	if ours := play(t, typescript, steps); strings.TrimSuffix(theirs, "\n") != ours || ours != d.shown() {
		t.Errorf("scriptreplay %q, ours %q, screen %q", theirs, ours, d.shown())
	}
	dir := t.TempDir()
	log, tim := filepath.Join(dir, "log"), filepath.Join(dir, "timing")
	oracle.Run(t, "script", "-q", "-c", "echo from script", "-O", log, "-T", tim)
	b, err := os.ReadFile(tim)
	if err != nil {
		t.Fatal(err)
	}
	if got := play(t, log, string(b)); got != "from script\r\n" {
		t.Errorf("%q", got)
	}
}

func play(t *testing.T, typescript, timing string) string {
	t.Helper()
	steps, err := ReadTiming(strings.NewReader(timing))
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(typescript)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out strings.Builder
	p := Player{Out: &out, Speed: 1000}
	if err := p.Play(t.Context(), f, steps); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestOtherShell(t *testing.T) {
	d := sit(t, oracle.Need(t, "dash"))
	d.wait("$ ", 1)
	d.typeIn("echo one\r")
	d.wait("\none", 1)
	d.typeIn("\x04")
	d.leave(0)
	said, _ := d.entries(map[string]string{"terminal-open": "marks", "command": "text"})
	if strings.Join(said, " ") != "terminal-open: false" {
		t.Errorf("%q", said)
	}
}

// TestMuch prints more than any buffer holds, in a program that ends at once.
func TestMuch(t *testing.T) {
	d := sit(t, "sh", "-c", "seq 100000; echo that was it; sleep 100 &")
	d.leave(0)
	_, text := d.entries(nil)
	if n := strings.Count(text, "\n"); n != 100001 || !strings.HasSuffix(text, "that was it\r\n") {
		t.Errorf("%d lines", n)
	}
	d.wait("that was it", 1)
}

func TestKilledBySignal(t *testing.T) {
	d := sit(t, "sh", "-c", "kill -TERM $$")
	d.leave(128 + 15)
}

func TestNoProgram(t *testing.T) {
	log, err := chain.Open(filepath.Join(t.TempDir(), "ceremony.log"), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	r, err := recorder.New(log, "", func(string) {})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	s := &Session{Recorder: r, Now: time.Now, Command: []string{"/nonexistent/shell"}, In: null, Out: null}
	if _, err := s.Run(t.Context()); err == nil {
		t.Error("a program that is not there was run")
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(log.Path()), "script-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}
