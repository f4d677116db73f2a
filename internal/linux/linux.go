package linux

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"coen/internal/linux/report"
	"coen/internal/oracle"
	"coen/internal/qemu"
)

// bootTimeout is for a slow host without hardware acceleration.
const bootTimeout = 10 * time.Minute

// List has the kernel mount an image, which is of the given file system type,
// and returns what it sees there.
func List(t testing.TB, image []byte, fstype, options string) []report.File {
	t.Helper()
	k := Get(t)
	dir := t.TempDir()
	save := func(name string, data []byte) string {
		name = filepath.Join(dir, name)
		if err := os.WriteFile(name, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	return Boot(t, qemu.Config{
		Image: save("image", image),
		Args: []string{
			"-kernel", save("vmlinuz", k.Vmlinuz), "-initrd", save("initrd", k.Initrd),
			"-append", strings.Join(Arguments(fstype, options), " "),
		},
	})
}

// Arguments are those of the kernel's command line that make it mount and list
// an image.
func Arguments(fstype, options string) []string {
	return []string{"console=ttyS0,115200", "quiet", "loglevel=1", "panic=-1", "mount=" + fstype + ":" + options}
}

// Boot starts a machine that ends in the kernel of this package, and returns
// what it lists.
func Boot(t testing.TB, c qemu.Config) []report.File {
	t.Helper()
	Turn(t)
	if err := c.Missing(); err != nil {
		oracle.Missing(t, "%v", err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), bootTimeout)
	defer cancel()
	m, err := qemu.Start(ctx, c)
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	end := regexp.MustCompile(`(?s)` + report.Mounted + `(.*?)` + report.Done + `|` + report.Failed + `(.*?)\n`)
	match, err := m.Console.Expect(ctx, end)
	if err != nil {
		t.Fatal(err)
	}
	if match[2] != "" {
		t.Fatalf("the machine failed: %s", match[2])
	}
	files, err := parse(match[1])
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Wait(ctx); err != nil {
		t.Error(err)
	}
	return files
}

// parse reads the lines behind the name of the drive.
func parse(text string) (files []report.File, err error) {
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	for _, line := range lines[1:] {
		if line == "" {
			continue
		}
		var f report.File
		if err := json.Unmarshal([]byte(line), &f); err != nil {
			return nil, fmt.Errorf("line %q: %w", line, err)
		}
		files = append(files, f)
	}
	return files, nil
}

// Turn waits until no other test on this host runs a machine, and keeps others
// waiting until the test ends.
func Turn(t testing.TB) {
	t.Helper()
	oracle.Need(t, qemu.Program)
	name := filepath.Join(os.TempDir(), fmt.Sprintf("coen-qemu-%d.lock", os.Getuid()))
	f, err := os.OpenFile(name, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX); err != nil {
		t.Fatal(err)
	}
}
