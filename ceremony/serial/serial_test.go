//go:build linux

package serial

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"

	"coen/internal/oracle"
)

func TestSpeeds(t *testing.T) {
	for _, speed := range []int{300, 9600, 115200, 250000, 3000000} {
		master, slave, err := pty.Open()
		if err != nil {
			t.Fatal(err)
		}
		f, isLine, err := Open(slave.Name(), speed)
		if err != nil || !isLine {
			t.Errorf("%d: %v, a line: %v", speed, err, isLine)
		} else {
			f.Close()
		}
		master.Close()
		slave.Close()
	}
}

// TestSetting has stty say how the line is set.
func TestSetting(t *testing.T) {
	master, slave, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer master.Close()
	defer slave.Close()
	if _, err := set(int(slave.Fd()), 19200); err != nil {
		t.Fatal(err)
	}
	out := oracle.Run(t, "stty", "-a", "-F", slave.Name())
	for _, want := range []string{"speed 19200 baud", "cs8", "-parenb", "-cstopb", "-icanon", "-echo", "-crtscts", "-ixon", "-icrnl", "clocal", "-opost", "-isig"} {
		if !strings.Contains(out, want) {
			t.Errorf("stty does not say %q:\n%s", want, out)
		}
	}
}

func TestEveryByteArrives(t *testing.T) {
	master, slave, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer master.Close()
	f, _, err := Open(slave.Name(), 115200)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	slave.Close()
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	if _, err := master.Write(all); err != nil {
		t.Fatal(err)
	}
	var got []byte
	buf := make([]byte, 256)
	for len(got) < len(all) {
		if err := f.SetReadDeadline(time.Now().Add(5 * time.Second)); err != nil {
			t.Fatal(err)
		}
		n, err := f.Read(buf)
		if err != nil {
			t.Fatalf("after %d bytes: %v", len(got), err)
		}
		got = append(got, buf[:n]...)
	}
	if string(got) != string(all) {
		t.Errorf("% x", got)
	}
}

func TestTwoRecorders(t *testing.T) {
	master, slave, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer master.Close()
	defer slave.Close()
	f, _, err := Open(slave.Name(), 9600)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := Open(slave.Name(), 9600); !errors.Is(err, syscall.EWOULDBLOCK) {
		t.Errorf("a second recorder: %v", err)
	}
	f.Close()
	if f, _, err = Open(slave.Name(), 9600); err != nil {
		t.Errorf("after the first one: %v", err)
	}
	f.Close()
}

func TestNotALine(t *testing.T) {
	dir := t.TempDir()
	fifo, file := filepath.Join(dir, "fifo"), filepath.Join(dir, "file")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	f, isLine, err := Open(fifo, 9600)
	if err != nil || isLine {
		t.Errorf("FIFO: %v, a line: %v", err, isLine)
	} else {
		f.Close()
	}
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := Open(file, 9600); err == nil {
		t.Error("a regular file was opened")
	}
	if _, _, err := Open(filepath.Join(dir, "none"), 9600); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no device: %v", err)
	}
}
