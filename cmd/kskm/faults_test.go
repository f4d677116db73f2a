package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"coen/hsm"
	"coen/hsm/hsmtest"
	"coen/hsm/pkcs11"
	"coen/ksk/outfile"
)

// full is a file on a disk that takes only so many bytes.
type full struct {
	*os.File
	left int
}

func (f *full) Write(b []byte) (int, error) {
	n := min(len(b), f.left)
	f.left -= n
	n, err := f.File.Write(b[:n])
	if err == nil && n < len(b) {
		err = syscall.ENOSPC
	}
	return n, err
}

// TestFaults breaks one thing at a time between start and end of a signing. There must be a clear
// reason, no response, and nothing of a former response lost.
func TestFaults(t *testing.T) {
	enterRoom(t)
	type fault struct {
		faults *hsmtest.Faults
		change func(*program)
		code   int
		says   string
	}
	interrupt := func(n int32) fault {
		ctx, cancel := context.WithCancel(context.Background())
		f := &hsmtest.Faults{OnSign: func(i int32) {
			if i == n {
				cancel()
			}
		}}
		return fault{f, func(p *program) { p.ctx = ctx }, exitRejected, "Keyboard interrupt, program stopped"}
	}
	for name, f := range map[string]fault{
		"first signature fails":      {&hsmtest.Faults{FailSign: 1, SignError: hsm.Code(0x06)}, nil, exitRejected, "CKR_FUNCTION_FAILED"},
		"token removed":              {&hsmtest.Faults{FailSign: 5, SignError: hsm.Code(0x32)}, nil, exitRejected, "CKR_DEVICE_REMOVED"},
		"session closed":             {&hsmtest.Faults{CloseAt: 5}, nil, exitRejected, "CKR_SESSION_HANDLE_INVALID"},
		"last signature is corrupt":  {&hsmtest.Faults{Corrupt: 9}, nil, exitRejected, "SKR-VERIFY: Invalid KSK signature encountered in bundle"},
		"disk is full":               {nil, onDisk(1000), exitRejected, "SKR not written: no space left on device"},
		"disk is full at once":       {nil, onDisk(0), exitRejected, "no space left"},
		"output cannot be created":   {nil, func(p *program) { p.create = func(string) (outfile.File, error) { return nil, os.ErrPermission } }, exitRejected, "permission denied"},
		"interrupted at first":       interrupt(1),
		"interrupted in the middle":  interrupt(5),
		"interrupted after the last": interrupt(9),
	} {
		t.Run(name, func(t *testing.T) {
			put(t, "skr.xml", "former")
			o := inRoom(t, func(p *program) {
				if f.faults != nil {
					p.load = f.faults.Load(pkcs11.Load)
				}
				if f.change != nil {
					f.change(p)
				}
			}, "kskm-ksrsigner", "--force", "ksr.xml", "skr.xml")
			if o.code != f.code || !strings.Contains(o.log, f.says) || !strings.Contains(o.stderr, f.says) {
				t.Errorf("exit code %d, want %d and %q\n%s", o.code, f.code, f.says, o.log)
			}
			if got := read(t, "skr.xml"); got != "former" {
				t.Errorf("the former response is %d other bytes", len(got))
			}
			if left, _ := filepath.Glob(".*new"); left != nil {
				t.Errorf("left behind: %v", left)
			}
			if f.faults != nil && f.faults.Closes.Load() == 0 {
				t.Error("the sessions were not closed")
			}
		})
	}
}

func onDisk(size int) func(*program) {
	return func(p *program) {
		p.create = func(path string) (outfile.File, error) {
			f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
			return &full{f, size}, err
		}
	}
}

// TestFolderGone removes the output folder while the token signs.
func TestFolderGone(t *testing.T) {
	enterRoom(t)
	if err := os.Mkdir("out", 0o700); err != nil {
		t.Fatal(err)
	}
	f := &hsmtest.Faults{OnSign: func(n int32) {
		if n == 9 {
			os.Remove("out")
		}
	}}
	o := inRoom(t, func(p *program) { p.load = f.Load(pkcs11.Load) }, "kskm-ksrsigner", "--force", "ksr.xml", "out/skr.xml")
	if o.code != exitRejected || !strings.Contains(o.log, "SKR not written: open out/") {
		t.Errorf("exit code %d\n%s", o.code, o.log)
	}
}

// TestWrongPIN: one try, no retry, no response; and the right PIN still works.
func TestWrongPIN(t *testing.T) {
	enterRoom(t)
	put(t, "skr.xml", "former")
	lawful := read(t, "ksrsigner.yaml")
	put(t, "ksrsigner.yaml", strings.Replace(lawful, "pin: "+hsmtest.UserPIN, "pin: 999999", 1))
	var f hsmtest.Faults
	for _, tool := range [][]string{{"ksrsigner", "--force", "ksr.xml", "skr.xml"}, {"keymaster", "inventory"}, {"trustanchor"}} {
		f.Logins.Store(0)
		o := inRoom(t, func(p *program) { p.load = f.Load(pkcs11.Load) }, append([]string{"kskm"}, tool...)...)
		if n := f.Logins.Load(); o.code != exitFatal || n != 1 || !strings.Contains(o.log, "no token could be logged in to") {
			t.Errorf("%s: exit code %d, %d tries\n%s", tool[0], o.code, n, o.log)
		}
		if strings.Contains(o.log+o.stderr, "999999") {
			t.Errorf("%s shows the PIN", tool[0])
		}
	}
	if got := read(t, "skr.xml"); got != "former" {
		t.Error("the former response is gone")
	}
	put(t, "ksrsigner.yaml", lawful)
	if o := sign(t, "ksr.xml", "skr.xml"); o.code != exitOK {
		t.Errorf("the token is locked: %s", o.log)
	}
}

// built is the program as releases build it, made once.
var built = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "kskm-test-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "kskm")
	cmd := exec.Command("go", "build", "-trimpath", "-o", path, "coen/cmd/kskm")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return path, fmt.Errorf("go build: %w\n%s", err, out)
	}
	return path, nil
})

// made says that some test wanted the program.
var made atomic.Bool

// binary returns the program as releases build it.
func binary(t testing.TB) string {
	t.Helper()
	made.Store(true)
	path, err := built()
	if err != nil {
		t.Skip(err)
	}
	return path
}

func TestMain(m *testing.M) {
	code := m.Run()
	if made.Load() {
		path, _ := built()
		os.RemoveAll(filepath.Dir(path))
	}
	os.Exit(code)
}

// TestSignals sends real signals to a real program that waits for an answer.
func TestSignals(t *testing.T) {
	program := binary(t)
	enterRoom(t)
	put(t, "ksrsigner.yaml", configuration(t, "{signature_check_expire_horizon: false}"))
	put(t, "skr.xml", "former")
	for _, s := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		cmd := exec.Command(program, "ksrsigner", "ksr.xml", "skr.xml")
		stdin, err := cmd.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		stdout, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		waitFor(t, stdout, "abort: ")
		if err := cmd.Process.Signal(s); err != nil {
			t.Fatal(err)
		}
		err = cmd.Wait()
		stdin.Close()
		var exited *exec.ExitError
		if !errors.As(err, &exited) || exited.ExitCode() != exitRejected || !strings.Contains(stderr.String(), "Keyboard interrupt, program stopped") {
			t.Errorf("%v: %v\n%s", s, err, &stderr)
		}
		if got := read(t, "skr.xml"); got != "former" {
			t.Errorf("%v: the former response is gone", s)
		}
	}
}

// waitFor reads until a text has come.
func waitFor(t *testing.T, r io.Reader, text string) {
	t.Helper()
	done := make(chan error, 1)
	go func() {
		var seen strings.Builder
		one := make([]byte, 1)
		for !strings.HasSuffix(seen.String(), text) {
			if _, err := r.Read(one); err != nil {
				done <- err
				return
			}
			seen.Write(one)
		}
		done <- nil
	}()
	select {
	case err := <-done:
		if err != nil {
			t.Fatal(err)
		}
	case <-time.After(time.Minute):
		t.Fatal("the question did not come")
	}
}
