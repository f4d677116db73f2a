// Package oracle runs the real programs our code is held against in tests:
// unsquashfs, xorriso, fsck.fat, dpkg, dash, QEMU and their like.
//
// A tool that is missing skips the test with a message at home. With
// REQUIRE_ORACLES=1 in the environment, as in CI, it fails the test instead, so
// that a green run there means every comparison was made.
package oracle

import (
	"bytes"
	"os"
	"os/exec"
	"testing"
)

// Need returns the path of the named program, or skips the test (fails it when
// REQUIRE_ORACLES=1) if the program is not installed.
func Need(t testing.TB, program string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	if err == nil {
		return path
	}
	// Debian keeps fsck, mkfs and sgdisk where ordinary users do not look.
	for _, dir := range []string{"/usr/sbin/", "/sbin/"} {
		if path, err = exec.LookPath(dir + program); err == nil {
			return path
		}
	}
	Missing(t, "program %s is not installed", program)
	return ""
}

// Missing reports that something a comparison needs is not there: a skip at
// home, a failure when REQUIRE_ORACLES=1.
func Missing(t testing.TB, format string, args ...any) {
	t.Helper()
	if os.Getenv("REQUIRE_ORACLES") == "1" {
		t.Fatalf(format, args...)
	}
	t.Skipf(format, args...)
}

// Run executes the named program and returns its standard output. A failing
// program fails the test with everything it wrote.
func Run(t testing.TB, program string, args ...string) string {
	t.Helper()
	out, stderr, err := Try(t, program, args...)
	if err != nil {
		t.Fatalf("%s %q: %v\n%s%s", program, args, err, out, stderr)
	}
	return out
}

// Try is Run for programs that may fail: it returns both outputs and the error.
func Try(t testing.TB, program string, args ...string) (stdout, stderr string, err error) {
	t.Helper()
	cmd := exec.Command(Need(t, program), args...)
	cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8", "TZ=UTC")
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err = cmd.Run()
	return out.String(), errs.String(), err
}
