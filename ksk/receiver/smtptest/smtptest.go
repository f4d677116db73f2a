// Package smtptest has a real SMTP server for tests, Debian's aiosmtpd.
package smtptest

import (
	"bufio"
	_ "embed"
	"net"
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"testing"

	"coen/internal/oracle"
)

//go:embed server.py
var server string

// python is Debian's, which is the one that has Debian's packages.
const python = "/usr/bin/python3"

// FreePort returns a port of this machine on which nothing listens yet.
func FreePort(t testing.TB) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// Listen starts the server, which keeps what it takes in a folder until the test ends. Options are the
// files of its certificate and key, then the user and the password that it asks for.
func Listen(t testing.TB, port int, folder string, options ...string) {
	t.Helper()
	if err := exec.Command(python, "-c", "import aiosmtpd").Run(); err != nil {
		oracle.Missing(t, "python3-aiosmtpd is not installed")
	}
	cmd := exec.Command(python, append([]string{"-c", server, strconv.Itoa(port), folder}, options...)...)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait()
	})
	if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		t.Fatalf("the server did not start: %v", err)
	}
}
