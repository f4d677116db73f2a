//go:build linux

package serial

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"

	"coen/internal/oracle"
)

func settings(t *testing.T, speed int, mode string) Settings {
	t.Helper()
	s, err := Parse(speed, mode)
	if err != nil || s.Mode() != mode {
		t.Fatalf("%q became %q: %v", mode, s.Mode(), err)
	}
	return s
}

func TestParse(t *testing.T) {
	for _, mode := range []string{"", "8", "8N", "8N3", "4N1", "9N1", "8X1", "8N1 ", "n81"} {
		if _, err := Parse(9600, mode); err == nil {
			t.Errorf("%q is a mode", mode)
		}
	}
	for _, speed := range []int{0, -1, 1 << 31} {
		if _, err := Parse(speed, "8N1"); err == nil {
			t.Errorf("%d is a speed", speed)
		}
	}
}

func TestSpeeds(t *testing.T) {
	for _, speed := range []int{300, 9600, 115200, 250000, 3000000} {
		master, slave, err := pty.Open()
		if err != nil {
			t.Fatal(err)
		}
		f, isLine, err := Open(slave.Name(), settings(t, speed, "8N1"))
		if err != nil || !isLine {
			t.Errorf("%d: %v, a line: %v", speed, err, isLine)
		} else {
			f.Close()
		}
		master.Close()
		slave.Close()
	}
}

// TestFlags looks at what pseudo-terminals ignore: they have eight bits and no parity.
func TestFlags(t *testing.T) {
	for mode, want := range map[string]uint32{
		"8N1": unix.CS8, "7E1": unix.CS7 | unix.PARENB, "5O2": unix.CS5 | unix.PARENB | unix.PARODD | unix.CSTOPB,
	} {
		const mask = unix.CSIZE | unix.PARENB | unix.PARODD | unix.CSTOPB
		if got := settings(t, 9600, mode).flags() & mask; got != want {
			t.Errorf("%s: %#x instead of %#x", mode, got, want)
		}
	}
}

// TestSettings has stty say how the line is set.
func TestSettings(t *testing.T) {
	master, slave, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer master.Close()
	defer slave.Close()
	for mode, want := range map[string]string{
		"8N1": "-parenb -parodd cs8 -cstopb", "8E2": "-parodd cs8 cstopb", "8O1": "parodd cs8 -cstopb",
	} {
		if _, err := set(int(slave.Fd()), settings(t, 19200, mode)); err != nil {
			t.Fatal(err)
		}
		out := oracle.Run(t, "stty", "-a", "-F", slave.Name())
		words := strings.Fields(strings.ReplaceAll(out, ";", " "))
		for _, word := range strings.Fields("19200 -icanon -echo -crtscts -ixon -icrnl clocal -opost -isig -brkint " + want) {
			if !slices.Contains(words, word) {
				t.Errorf("%s: stty does not say %q:\n%s", mode, word, out)
			}
		}
	}
}

func TestEveryByteArrives(t *testing.T) {
	master, slave, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer master.Close()
	f, _, err := Open(slave.Name(), settings(t, 115200, "8N1"))
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
	f, _, err := Open(slave.Name(), settings(t, 9600, "8N1"))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := Open(slave.Name(), settings(t, 9600, "8N1")); !errors.Is(err, syscall.EWOULDBLOCK) {
		t.Errorf("a second recorder: %v", err)
	}
	f.Close()
	if f, _, err = Open(slave.Name(), settings(t, 9600, "8N1")); err != nil {
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
	f, isLine, err := Open(fifo, settings(t, 9600, "8N1"))
	if err != nil || isLine {
		t.Errorf("FIFO: %v, a line: %v", err, isLine)
	} else {
		f.Close()
	}
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := Open(file, settings(t, 9600, "8N1")); err == nil {
		t.Error("a regular file was opened")
	}
	if _, _, err := Open(filepath.Join(dir, "none"), settings(t, 9600, "8N1")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no device: %v", err)
	}
}
