package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"coen/internal/oracle"
)

// ahead returns the command of a coen for arm64 whose clock is a year ahead.
//
// Programs that put another clock under a process do so between it and libc,
// which Go's programs do not call. Therefore this coen is compiled with a time
// package that adds a year.
func ahead(t *testing.T) []string {
	t.Helper()
	qemu := oracle.Need(t, "qemu-aarch64-static")
	overlay := overlayClock(t)
	checkAhead(t, overlay)
	path := filepath.Join(shared, "coen-arm64-ahead")
	if err := compile(path, "arm64", "-overlay", overlay); err != nil {
		t.Fatal(err)
	}
	return []string{qemu, path}
}

// overlayClock makes a file for go build -overlay that sets the clock ahead.
func overlayClock(t *testing.T) string {
	t.Helper()
	const reading = "	sec, nsec, mono := runtimeNow()\n"
	root := strings.TrimSpace(execute(t, exec.Command("go", "env", "GOROOT")).stdout)
	original := filepath.Join(root, "src", "time", "time.go")
	source, err := os.ReadFile(original)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Count(string(source), reading) != 1 {
		t.Fatalf("%s does not read the clock as it did when this test was written", original)
	}
	dir := t.TempDir()
	changed := filepath.Join(dir, "time.go")
	overlay, err := json.Marshal(map[string]any{"Replace": map[string]string{original: changed}})
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string]string{
		changed:                            strings.Replace(string(source), reading, reading+"	sec += 365 * 86400\n", 1),
		filepath.Join(dir, "overlay.json"): string(overlay),
	} {
		if err := os.WriteFile(name, []byte(data), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, "overlay.json")
}

// checkAhead makes sure that a program compiled so is ahead.
func checkAhead(t *testing.T, overlay string) {
	t.Helper()
	source := filepath.Join(t.TempDir(), "now.go")
	const now = "package main\n\nimport \"time\"\n\nfunc main() { print(time.Now().Unix()) }\n"
	if err := os.WriteFile(source, []byte(now), 0o644); err != nil {
		t.Fatal(err)
	}
	end := execute(t, exec.Command("go", "run", "-overlay", overlay, source))
	sec, err := strconv.ParseInt(end.stderr, 10, 64)
	if err != nil {
		t.Fatalf("status %d: %s", end.status, end.stderr)
	}
	if by := time.Until(time.Unix(sec, 0)); by < 364*24*time.Hour {
		t.Fatalf("the changed clock is ahead by %v", by)
	}
}
