package wall

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
)

// TestDevicePath has numbers as Linux gives them: stat -c '%Hr %Lr' on the devices.
func TestDevicePath(t *testing.T) {
	for device, want := range map[uint64]string{
		0: "", 4<<8 | 1: "/dev/tty1", 4<<8 | 63: "/dev/tty63", 4 << 8: "", 4<<8 | 64: "", // ttyS0
		136 << 8: "/dev/pts/0", 136<<8 | 7: "/dev/pts/7", 137<<8 | 1: "/dev/pts/257", 188 << 8: "", // ttyUSB0
	} {
		if got := devicePath(device); got != want {
			t.Errorf("%#x: %q, want %q", device, got, want)
		}
	}
}

// TestOddNames has processes whose names look like more of the file.
func TestOddNames(t *testing.T) {
	proc := t.TempDir()
	for name, stat := range map[string]string{
		"self": "1 (guard) S 0 1 1 0 -1 0\n",
		"20":   "20 (a) S 1 (b) S 1 20 20 34816 20 0\n",
		"21":   "21 (vim) S 20 21 20 34816 21 0\n",                    // not the leader
		"30":   "30 (bash) S 1 30 30 34817 31 0\n",                    // something else is in the foreground
		"40":   "40 (agetty) S 1 40 40 1088 40 0\n",                   // a serial line
		"50":   "50 (cut off",                                         // nothing of use
		"60":   "60 (daemon) S 1 60 60 0 -1 0\n", "bus": "no process", // no terminal
	} {
		dir := filepath.Join(proc, name)
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "stat"), []byte(stat), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := Terminals(proc)
	if err != nil {
		t.Fatal(err)
	}
	if want := []Terminal{{"/dev/pts/0", true}, {"/dev/pts/1", false}}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// TestShow writes to a shell on a real terminal, while it waits and while it has
// another program run.
func TestShow(t *testing.T) {
	shell, terminal, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer shell.Close()
	path := terminal.Name()
	cmd := exec.Command("bash", "--norc", "-i")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = terminal, terminal, terminal
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Wait()
	defer cmd.Process.Kill()
	terminal.Close()
	lines := make(chan string, 64)
	go func() {
		for s := bufio.NewScanner(shell); s.Scan(); {
			lines <- s.Text()
		}
	}()
	until(t, path, true)
	if err := (Terminal{Path: path}).Show("first\nsecond\n"); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"first", "second"} {
		see(t, lines, want)
	}
	if _, err := io.WriteString(shell, "cat\n"); err != nil {
		t.Fatal(err)
	}
	until(t, path, false)
	if _, err := shell.Write([]byte{4}); err != nil { // Ctrl-D ends cat
		t.Fatal(err)
	}
	until(t, path, true)
}

// until waits until the terminal's shell waits for a command, or no longer does.
func until(t *testing.T, path string, waits bool) {
	t.Helper()
	for range 600 {
		list, err := Terminals("/proc")
		if err != nil {
			t.Fatal(err)
		}
		if slices.Contains(list, Terminal{path, waits}) {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("%s: never waits=%v", path, waits)
}

func see(t *testing.T, lines <-chan string, want string) {
	t.Helper()
	limit := time.After(30 * time.Second)
	for {
		select {
		case line := <-lines:
			if strings.Contains(line, want) {
				return
			}
		case <-limit:
			t.Fatalf("no %q", want)
		}
	}
}
