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
	result := Boot(t, qemu.Config{
		Image:  save("image", image),
		Medium: qemu.USB, // sectors of 512 bytes, as some file systems want
		Args: []string{
			"-kernel", save("vmlinuz", k.Vmlinuz), "-initrd", save("initrd", k.Initrd),
			"-append", strings.Join(Arguments(fstype, options), " "),
		},
	})
	return result.Files
}

// Arguments are those of the kernel's command line that make it mount and list
// an image.
func Arguments(fstype, options string) []string {
	return []string{"console=ttyS0,115200", "quiet", "loglevel=1", "panic=-1", "mount=" + fstype + ":" + options}
}

// A Result is what a machine told.
type Result struct {
	report.Machine
	Files   []report.File
	Console string // everything it wrote
}

// Boot starts a machine that ends in the kernel of this package, and returns
// what it tells.
func Boot(t testing.TB, c qemu.Config) *Result {
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
	result, err := parse(match[1])
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Wait(ctx); err != nil {
		t.Error(err)
	}
	result.Console = m.Console.Output()
	return result
}

// parse reads a machine and its files.
func parse(text string) (*Result, error) {
	dec := json.NewDecoder(strings.NewReader(text))
	result := &Result{}
	if err := dec.Decode(&result.Machine); err != nil {
		return nil, fmt.Errorf("report: %w", err)
	}
	for dec.More() {
		var f report.File
		if err := dec.Decode(&f); err != nil {
			return nil, fmt.Errorf("report: file %d: %w", len(result.Files), err)
		}
		result.Files = append(result.Files, f)
	}
	return result, nil
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
