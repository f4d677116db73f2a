// Package printertest has what tests print with: a CUPS of their own, the real one,
// and a printer that needs no driver.
package printertest

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"coen/internal/oracle"
)

// patience is how long a server or a printer may take on a busy machine.
const patience = 30 * time.Second

// Eventually waits until a condition holds.
func Eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !holds(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%s: not within %v", what, patience)
		}
	}
}

// background runs a program until the test ends.
func background(t *testing.T, log, program string, args ...string) {
	t.Helper()
	cmd := exec.Command(oracle.Need(t, program), args...)
	out, err := os.Create(log)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait()
		if t.Failed() {
			text, _ := os.ReadFile(log)
			t.Logf("%s:\n%s", program, text[max(0, len(text)-4000):])
		}
	})
}

// NewServer starts a CUPS of its own, with nothing of the machine's, and makes it
// the one that programs of this test use.
func NewServer(t *testing.T) {
	t.Helper()
	dir, err := os.MkdirTemp("", "cups-") // short, for the socket's name
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil { // its filters run as another user
		t.Fatal(err)
	}
	socket := dir + "/sock"
	for name, text := range map[string]string{
		"cupsd.conf": `Listen ` + socket + `
Browsing No
WebInterface No
LogLevel debug
DefaultAuthType None
<Location />
Order allow,deny
Allow all
</Location>
<Policy default>
<Limit All>
Order deny,allow
Allow all
</Limit>
</Policy>
`,
		"cups-files.conf": fmt.Sprintf(`ServerRoot %[1]s
StateDir %[1]s/state
CacheDir %[1]s/cache
RequestRoot %[1]s/spool
Printcap %[1]s/printcap
FileDevice Yes
TempDir %[1]s/tmp
AccessLog %[1]s/access_log
ErrorLog stderr
PageLog %[1]s/page_log
`, dir),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, sub := range []string{"state", "cache", "spool", "tmp", "ppd", "ssl"} {
		if err := os.Mkdir(filepath.Join(dir, sub), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	background(t, dir+"/log", "cupsd", "-f", "-c", dir+"/cupsd.conf", "-s", dir+"/cups-files.conf")
	t.Setenv("CUPS_SERVER", socket)
	Eventually(t, "cupsd", func() bool {
		conn, err := net.Dial("unix", socket)
		if err == nil {
			conn.Close()
		}
		return err == nil
	})
}
