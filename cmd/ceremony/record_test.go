package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"coen/internal/oracle"
)

// A room is where tests run the program: a folder in the place of RAM, and one in that of a drive.
type testRoom struct {
	t          *testing.T
	ram, drive string
	clock      time.Time
}

func newRoom(t *testing.T) *testRoom {
	t.Helper()
	r := &testRoom{t: t, ram: filepath.Join(t.TempDir(), "ram"), drive: t.TempDir(),
		clock: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)}
	t.Setenv("CEREMONY_DIR", r.ram)
	t.Setenv("CEREMONY_SESSION", "")
	return r
}

// run runs the program and returns its outputs and exit code.
func (r *testRoom) run(args ...string) (stdout, stderr string, status int) {
	var out, errs bytes.Buffer
	p := &program{ctx: context.Background(), stdin: strings.NewReader(""), stdout: &out, stderr: &errs, now: func() time.Time {
		r.clock = r.clock.Add(time.Second)
		return r.clock
	}}
	status = p.run(args)
	return out.String(), errs.String(), status
}

// must runs the program, which must end with the status, and returns standard output.
func (r *testRoom) must(status int, args ...string) string {
	r.t.Helper()
	out, errs, got := r.run(args...)
	if got != status {
		r.t.Fatalf("%q: exit status %d instead of %d\n%s%s", args, got, status, out, errs)
	}
	return out
}

func (r *testRoom) log() string { return filepath.Join(r.ram, "ceremony.log") }

// glob returns the only file on the drive that matches.
func (r *testRoom) glob(pattern string) string {
	r.t.Helper()
	paths, err := filepath.Glob(filepath.Join(r.drive, pattern))
	if err != nil || len(paths) != 1 {
		r.t.Fatalf("%s: %v, %v", pattern, paths, err)
	}
	return paths[0]
}

func (r *testRoom) read(path string) string {
	r.t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		r.t.Fatal(err)
	}
	return string(b)
}

func TestNoteCheckpointVerify(t *testing.T) {
	r := newRoom(t)
	if got := r.must(0, "ceremony", "note", "safe", "1 opened"); got != "entry 2, 2026-11-22 12:00:02 UTC\n" {
		t.Errorf("%q", got)
	}
	shown := r.must(0, "ceremony", "checkpoint")
	if !strings.HasPrefix(shown, "Log:        "+r.log()+"\nEntry:      2, 2026-11-22 12:00:02 UTC\nSHA-256:    ") {
		t.Errorf("%q", shown)
	}
	hash := strings.Fields(shown[strings.Index(shown, "SHA-256:"):])[1]
	if !strings.Contains(r.read(r.log()), hash+" 2 2026-11-22T12:00:02.000000Z note text=\"safe 1 opened\"\n") ||
		!strings.Contains(r.read(r.log()), " checkpoint entry=2 sha256="+hash+"\n") {
		t.Errorf("%s", r.read(r.log()))
	}
	got := r.must(0, "ceremony", "verify", "--checkpoint", hash, r.log())
	for _, want := range []string{"Chain:      whole, 3 entries\n", "From:       2026-11-22 12:00:01 UTC\n", "SHA-256:    ", "PGP Words:  "} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in %s", want, got)
		}
	}
}

func TestVerifyBroken(t *testing.T) {
	r := newRoom(t)
	for _, text := range []string{"one", "two", "three"} {
		r.must(0, "ceremony", "note", text)
	}
	broken := filepath.Join(r.drive, "broken.log")
	if err := os.WriteFile(broken, []byte(strings.Replace(r.read(r.log()), "=two", "=2wo", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	got := r.must(1, "ceremony", "verify", r.log(), broken)
	if !strings.Contains(got, "Chain:      whole, 4 entries\n") ||
		!strings.Contains(got, "Chain:      BROKEN at line 3: entry 3 was changed") || !strings.Contains(got, "Holds:      2 entries\n") {
		t.Errorf("%s", got)
	}
	var verdicts []verdict
	if err := json.Unmarshal([]byte(r.must(1, "ceremony", "verify", "--json", r.log(), broken)), &verdicts); err != nil {
		t.Fatal(err)
	}
	if len(verdicts) != 2 || !verdicts[0].Whole || verdicts[1].Whole || verdicts[1].Broken.Entry != 3 || verdicts[1].Entries != 2 {
		t.Errorf("%+v", verdicts)
	}
	missing := strings.Repeat("0", 64)
	if got := r.must(1, "ceremony", "verify", "-c", missing, r.log()); !strings.Contains(got, "MISSING:    no entry that holds has the checkpoint "+missing) {
		t.Errorf("%s", got)
	}
}

func TestRecordUsage(t *testing.T) {
	r := newRoom(t)
	for _, args := range [][]string{
		{"ceremony", "frobnicate"},
		{"ceremony", "note"},
		{"ceremony", "verify"},
		{"ceremony", "verify", "--checkpoint", "abc", "/dev/null"},
		{"ceremony", "checkpoint", "extra"},
		{"ceremony", "replay", "--speed", "0", "x.log"},
		{"ceremony", "follow"},
		{"ceremony", "record", "--no-such-flag"},
	} {
		if _, errs, status := r.run(args...); status != exitUsage || !strings.Contains(errs, "--help'") {
			t.Errorf("%q: status %d, %s", args, status, errs)
		}
	}
	if _, err := os.Stat(r.ram); err == nil {
		t.Error("a mistyped command began a ceremony")
	}
	for _, args := range [][]string{
		{"ttyaudit"}, // as it always was
		{"ttyaudit", "/dev/nonexistent"},
		{"ceremony", "verify", "/nonexistent"},
		{"ceremony", "replay", "/nonexistent"},
		{"ceremony", "follow", "/nonexistent"},
	} {
		if _, errs, status := r.run(args...); status != exitFailed || errs == "" {
			t.Errorf("%q: status %d, %s", args, status, errs)
		}
	}
}

func TestTtyauditOfPrograms(t *testing.T) {
	r := newRoom(t)
	out := r.must(0, "ttyaudit", "--dir", r.drive, "--exec", `printf 'one\r\ntwo \033[1m\\\n'`)
	log := r.read(r.glob("ttyaudit-exec-printf-20261122-*.log"))
	if out != log {
		t.Errorf("shown %q, on the drive %q", out, log)
	}
	var texts []string
	for line := range strings.Lines(log) {
		texts = append(texts, strings.SplitN(strings.TrimSuffix(line, "\n"), "\t", 3)[2])
	}
	if got := strings.Join(texts, "|"); got != `\# open|one|two \x1b[1m\\|\# closed` {
		t.Errorf("%s", got)
	}
	copied, console := r.glob("ceremony-*.log"), r.glob("ttyaudit-exec-printf-20261122-*.log")
	if got := r.must(0, "ceremony", "verify", "--files", r.drive, copied); !strings.Contains(got, "File:       "+filepath.Base(console)+" is what entry ") {
		t.Errorf("%s", got)
	}
	if err := os.WriteFile(console, []byte(strings.Replace(log, "one", "two", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := r.must(1, "ceremony", "verify", "--files", r.drive, copied); !strings.Contains(got, "DIFFERENT:  "+filepath.Base(console)+" is not what was recorded: same size") {
		t.Errorf("%s", got)
	}
	r.must(1, "ceremony", "verify", "--json", "--files", r.ram+"/none", copied)
	r.must(1, "ttyaudit", "--dir", r.drive, "--exec", "true", "--exec", "true b")
	r.must(1, "ttyaudit", "--dir", r.drive, "--exec", "exit 3")
	r.must(1, "ttyaudit", "--dir", "/nonexistent", "--exec", "true")
	r.must(1, "ttyaudit", "--speed", "0", "--exec", "true")
}

// TestFilesByShell has sha256sum compare the published files as the specification says.
func TestFilesByShell(t *testing.T) {
	r := newRoom(t)
	r.must(0, "ttyaudit", "--dir", r.drive, "--exec", `echo ' 1 2 3 file name=x bytes=1 sha256=x'`, "--exec", "printf two")
	_, after, _ := strings.Cut(r.read("../../spec/ceremony-log.md"), "```sh\nwhile read")
	loop, _, ok := strings.Cut(after, "```")
	if !ok {
		t.Fatal("the specification has no loop over files")
	}
	script := `cd "$0" && mv ceremony-*.log ceremony.log && while read` + loop
	if out := oracle.Run(t, "dash", "-c", script, r.drive); strings.Count(out, ": OK\n") != 2 || strings.Count(out, "\n") != 2 {
		t.Errorf("%s", out)
	}
}

func TestFollowOnce(t *testing.T) {
	r := newRoom(t)
	name := filepath.Join(r.drive, "kskm-ksrsigner-20261122-120000-1.log")
	if err := os.WriteFile(name, []byte("first\nlast"), 0o600); err != nil {
		t.Fatal(err)
	}
	r.must(0, "ceremony", "follow", "--once", name)
	log := r.read(r.log())
	for _, want := range []string{` keylog file=kskm-ksrsigner-20261122-120000-1.log text="first\n"`, ` keylog file=kskm-ksrsigner-20261122-120000-1.log text=last`} {
		if !strings.Contains(log, want) {
			t.Errorf("%s is not in %s", want, log)
		}
	}
}

// build makes the program, for tests that need processes.
func build(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "ceremony")
	oracle.Run(t, "go", "build", "-o", binary, ".")
	return binary
}

// TestPulledDriveAndKilledRecorder plays what goes wrong in a room, with processes: the drive is pulled out
// while a console is recorded, a note is written, and the recorder is killed. The copy that is on the drive
// after another recorder has run verifies, with the checkpoint that was shown meanwhile.
func TestPulledDriveAndKilledRecorder(t *testing.T) {
	r := newRoom(t)
	binary, away := build(t), r.drive+"-away"
	link := filepath.Join(r.drive, "ttyaudit")
	if err := os.Symlink(binary, link); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(link, "--dir", r.drive, "--exec", "while sleep 0.01; do echo tick; done")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	shown := bufio.NewReader(out)
	tick := func(n int) {
		t.Helper()
		for range n {
			if line, err := shown.ReadString('\n'); err != nil {
				t.Fatalf("%q, %v", line, err)
			}
		}
	}
	tick(5)
	if err := os.Rename(r.drive, away); err != nil {
		t.Fatal(err)
	}
	tick(20)
	oracle.Run(t, binary, "note", "the wrong drive was pulled out")
	hash := strings.Fields(strings.SplitAfter(oracle.Run(t, binary, "checkpoint", "--plain"), "SHA-256:")[1])[0]
	tick(20)
	cmd.Process.Kill()
	cmd.Wait()
	if err := os.Rename(away, r.drive); err != nil {
		t.Fatal(err)
	}
	r.must(0, "ttyaudit", "--dir", r.drive, "--exec", "echo goes on")
	log := r.glob("ceremony-*.log")
	got := r.must(0, "ceremony", "verify", "--checkpoint", hash, "--files", r.drive, log)
	if !strings.Contains(got, "Chain:      whole") || !strings.Contains(got, "File:       ttyaudit-exec-echo-") {
		t.Errorf("%s", got)
	}
	minutes := r.must(0, "ceremony", "minutes", "--details", log)
	for _, want := range []string{"COPIES LOST", "the wrong drive was pulled out", "exec-while> tick", "exec-echo> goes on"} {
		if !strings.Contains(minutes, want) {
			t.Errorf("%q is not in the minutes", want)
		}
	}
}

// TestRecordAndReplay records a program without a terminal around it, as in a pipe.
func TestRecordAndReplay(t *testing.T) {
	r := newRoom(t)
	binary := build(t)
	t.Setenv("HOME", t.TempDir())
	t.Setenv("TERM", "xterm")
	oracle.Run(t, "sh", "-c", `printf 'echo "in the room"\nexit\n' | "$0" record --dir "$1" --shell "$(command -v bash)"`, binary, r.drive)
	script := r.glob("script-*.log")
	if got := r.must(0, "ceremony", "replay", "--list", script); !strings.Contains(got, `    0  echo "in the room"`) {
		t.Errorf("%s", got)
	}
	if got := r.must(0, "ceremony", "replay", "--max-pause", "1ms", script); !strings.Contains(got, "\rin the room\r\n") {
		t.Errorf("%q", got)
	}
	r.must(0, "ceremony", "replay", "--max-pause", "1ms", "--command", "2", script)
	r.must(2, "ceremony", "replay", "--command", "3", script)
	r.must(0, "ceremony", "verify", r.glob("ceremony-*.log"))
	if _, errs, status := r.run("ceremony", "record"); status != exitFailed {
		t.Errorf("without files: %d, %s", status, errs)
	}
	t.Setenv("CEREMONY_SESSION", "20261122-120000")
	if _, errs, status := r.run("ceremony", "record"); status != exitFailed || !strings.Contains(errs, "already") {
		t.Errorf("within a session: %d, %s", status, errs)
	}
	t.Setenv("CEREMONY_SESSION", "")
	_, errs, err := oracle.Try(t, binary, "record", "--dir", r.drive, "--", "sh", "-c", "exit 7")
	if err == nil || err.Error() != "exit status 7" {
		t.Errorf("%v: %s", err, errs)
	}
}

func TestMinutes(t *testing.T) {
	r := newRoom(t)
	r.must(0, "ceremony", "note", "safe 1 opened")
	r.must(0, "ttyaudit", "--dir", r.drive, "--exec", "echo said")
	const want = "2026-11-22, UTC\n     1  12:00:01  the log begins\n     2  12:00:02  safe 1 opened\n"
	if got := r.must(0, "ceremony", "minutes"); !strings.HasPrefix(got, want) || strings.Contains(got, "said\n") {
		t.Errorf("%s", got)
	}
	if got := r.must(0, "ceremony", "minutes", "--details", r.glob("ceremony-*.log")); !strings.Contains(got, "  exec-echo> said\n") {
		t.Errorf("%s", got)
	}
	pdf := filepath.Join(r.drive, "minutes.pdf")
	r.must(0, "ceremony", "minutes", "--pdf", pdf)
	if text := oracle.Run(t, "pdftotext", "-layout", pdf, "-"); !strings.Contains(text, "safe 1 opened") {
		t.Errorf("%s", text)
	}
	broken := filepath.Join(r.drive, "broken.log")
	if err := os.WriteFile(broken, []byte(strings.Replace(r.read(r.log()), "safe 1", "safe 2", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, errs, status := r.run("ceremony", "minutes", broken); status != exitFailed || strings.Contains(out, "safe") || !strings.Contains(errs, "entry 2 was changed") {
		t.Errorf("%d: %s%s", status, out, errs)
	}
}

// TestMinutesFollow reads what is appended meanwhile.
func TestMinutesFollow(t *testing.T) {
	r := newRoom(t)
	r.must(0, "ceremony", "note", "before")
	out, in, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	done := make(chan int)
	p := &program{ctx: ctx, stdin: strings.NewReader(""), stdout: in, stderr: in, now: time.Now}
	go func() { done <- p.run([]string{"ceremony", "minutes", "--follow"}) }()
	told := bufio.NewReader(out)
	for _, want := range []string{"UTC", "begins", "before", "after"} {
		line, err := told.ReadString('\n')
		if err != nil || !strings.Contains(line, want) {
			t.Fatalf("%q, %v", line, err)
		}
		if want == "before" {
			r.must(0, "ceremony", "note", "after")
		}
	}
	stop()
	if status := <-done; status != exitOK {
		t.Errorf("status %d", status)
	}
}
