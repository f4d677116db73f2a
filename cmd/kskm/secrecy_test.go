//go:build linux

package main

import (
	"bytes"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"

	"coen/hsm/hsmtest"
	"coen/internal/oracle"
	"coen/ksk/ksrtest"
)

// TestSecrets watches every byte that the real program writes while PINs are typed and a key is backed up:
// none is a PIN or a part of the private key, be it on the terminal, in a file, or in the arguments of a process.
func TestSecrets(t *testing.T) {
	program := binary(t)
	oracle.Need(t, "strace")
	enterVault(t)
	t.Setenv("TMPDIR", t.TempDir())
	put(t, "ksrsigner.yaml", "hsm: {soft: {module: $SOFTHSM2_MODULE, token: room}}\n")
	secrets := map[string][]byte{"user's PIN": []byte(secretPIN), "officer's PIN": []byte(hsmtest.OfficerPIN), "prime": prime(t, "ksk-1")}
	for _, run := range []struct {
		args, answers []string
	}{
		{[]string{"pin", "change"}, []string{hsmtest.UserPIN, secretPIN, secretPIN}},
		{[]string{"pin", "unblock"}, []string{hsmtest.OfficerPIN, secretPIN, secretPIN}},
		{[]string{"keybackup", "wrapping-key", "create", "--debug"}, []string{secretPIN}},
		{[]string{"keybackup", "export", "--debug", "--output", "k.backup", "Kcurrent"}, []string{secretPIN}},
		{[]string{"keybackup", "delete", "--debug", "--backup", "k.backup", "Kcurrent"}, []string{secretPIN, "Kcurrent"}},
		{[]string{"keybackup", "import", "--debug", "k.backup"}, []string{secretPIN, "Yes"}},
	} {
		shown := typed(t, run.answers, "strace", append([]string{"-f", "-xx", "-s", "1000000", "-e",
			"trace=write,writev,pwrite64,sendto,sendmsg,execve,openat,rename,renameat2", "-o", "trace", program}, run.args...)...)
		trace := unhex(read(t, "trace"))
		os.Remove("trace")
		if !bytes.Contains(trace, []byte("Enter ")) {
			t.Fatalf("%q: the trace does not even have the questions", run.args)
		}
		for name, secret := range secrets {
			if strings.Contains(shown, string(secret)) || bytes.Contains(trace, secret) {
				t.Errorf("%q: the %s is written", run.args, name)
			}
		}
	}
	for _, folder := range []string{".", os.Getenv("TMPDIR"), filepath.Dir(os.Getenv("SOFTHSM2_CONF"))} {
		searchFiles(t, folder, secrets)
	}
	if left, _ := os.ReadDir(os.Getenv("TMPDIR")); len(left) != 0 {
		t.Errorf("temporary files are left: %v", left)
	}
}

const secretPIN = "Tr0ub4dor&3"

// prime returns a part of a private key.
func prime(t *testing.T, name string) []byte {
	t.Helper()
	block, _ := pem.Decode(ksrtest.PEM(t, name))
	k, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	return k.(*rsa.PrivateKey).Primes[0].Bytes()[:16]
}

// unhex turns the strings of a trace back into bytes.
func unhex(trace string) []byte {
	return regexp.MustCompile(`\\x[0-9a-f]{2}`).ReplaceAllFunc([]byte(trace), func(h []byte) []byte {
		var b byte
		fmt.Sscanf(string(h[2:]), "%02x", &b)
		return []byte{b}
	})
}

func searchFiles(t *testing.T, folder string, secrets map[string][]byte) {
	t.Helper()
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		text, err := os.ReadFile(path)
		for name, secret := range secrets {
			if bytes.Contains(text, secret) {
				t.Errorf("%s has the %s in it", path, name)
			}
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// typed runs a program on a terminal of its own, types an answer after each question, and returns what the terminal showed.
func typed(t *testing.T, answers []string, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(oracle.Need(t, name), args...)
	terminal, err := pty.Start(cmd)
	if err != nil {
		t.Fatal(err)
	}
	defer terminal.Close()
	defer time.AfterFunc(time.Minute, func() { cmd.Process.Kill() }).Stop()
	var shown strings.Builder
	one := make([]byte, 1)
	asked := 0
	for {
		if _, err := terminal.Read(one); err != nil {
			break // the other end is closed
		}
		shown.Write(one)
		if question(shown.String()[asked:]) && len(answers) > 0 {
			asked = shown.Len()
			time.Sleep(20 * time.Millisecond) // the terminal stops echoing after the question
			io.WriteString(terminal, answers[0]+"\n")
			answers = answers[1:]
		}
	}
	if err := cmd.Wait(); err != nil || len(answers) > 0 {
		t.Fatalf("%q: %v, %d answers left\n%s", args, err, len(answers), &shown)
	}
	return shown.String()
}

func question(s string) bool {
	return strings.HasSuffix(s, ": ") && (strings.Contains(s, "Enter ") || strings.Contains(s, "abort"))
}

// TestNoCore: the program can leave no core file, and belongs to root as far as other processes of its user are
// concerned.
func TestNoCore(t *testing.T) {
	program := binary(t)
	enterRoom(t)
	put(t, "ksrsigner.yaml", configuration(t, "{signature_check_expire_horizon: false}"))
	cmd := exec.Command("sh", "-c", "ulimit -c unlimited 2>/dev/null; exec \"$0\" ksrsigner ksr.xml skr.xml", program)
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer stdin.Close()
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	waitFor(t, stdout, "abort: ")
	proc := fmt.Sprintf("/proc/%d/", cmd.Process.Pid)
	if limits := read(t, proc+"limits"); !regexp.MustCompile(`Max core file size +0 +0 `).MatchString(limits) {
		t.Errorf("core files are possible:\n%s", limits)
	}
	if line := read(t, proc+"cmdline"); strings.Contains(line, hsmtest.UserPIN) {
		t.Error("the PIN is an argument")
	}
	if os.Getuid() != 0 {
		var info syscall.Stat_t
		if err := syscall.Stat(proc+"mem", &info); err != nil || info.Uid != 0 {
			t.Errorf("the memory belongs to user %d, %v", info.Uid, err)
		}
	}
	cmd.Process.Signal(syscall.SIGABRT)
	cmd.Wait()
	if cores, _ := filepath.Glob("*core*"); cores != nil {
		t.Errorf("left behind: %v", cores)
	}
}
