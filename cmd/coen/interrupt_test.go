package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"coen/mirror"
)

// TestInterruptedFetch interrupts a fetch from a mirror that hangs. The store then
// has the InRelease file that lay beside the lock, and no part of a package.
func TestInterruptedFetch(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles coen")
	}
	coen, d := program(t), newDesk(t)
	asked := make(chan bool, 8)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", fmt.Sprint(len(d.packages[0])))
		w.Write(d.packages[0][:2])
		w.(http.Flusher).Flush()
		asked <- true
		<-r.Context().Done()
	}))
	defer server.Close()
	cmd := d.command(coen, "fetch", "-r", "small.yaml", "--store", "store", "--mirror", server.URL+"/"+mirror.Debian)
	interrupt(t, cmd, func(string) bool { return len(asked) > 0 })
	if left := files(t, d.path("store/sha256")); !slices.Equal(left, []string{d.inRelease(t)}) {
		t.Errorf("in the store: %q", left)
	}
}

// TestInterruptedBuild interrupts a build in the midst of it.
func TestInterruptedBuild(t *testing.T) {
	if testing.Short() {
		t.Skip("builds half an image")
	}
	coen, a, d := program(t), small(t), newDesk(t)
	a.fill(t, d.path("store"))
	cmd := d.command(coen, "build", "-r", a.recipe, "--offline", "--store", "store", "--no-cache", "-o", "out/small.iso")
	interrupt(t, cmd, func(stderr string) bool { return strings.Contains(stderr, "Compressing") })
	if left := files(t, d.path("out")); len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
}

// interrupt starts a command, sends it an interrupt when ready says so, and
// wants it to end soon, with an error.
func interrupt(t *testing.T, cmd *exec.Cmd, ready func(stderr string) bool) {
	t.Helper()
	log, err := os.Create(filepath.Join(t.TempDir(), "stderr"))
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	cmd.Stderr = log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	limit := time.After(3 * time.Minute)
	sent := false
	for {
		text, _ := os.ReadFile(log.Name())
		if !sent && ready(string(text)) {
			sent = true
			if err := cmd.Process.Signal(os.Interrupt); err != nil {
				t.Fatal(err)
			}
		}
		select {
		case <-ended:
			text, _ = os.ReadFile(log.Name())
			if status := cmd.ProcessState.ExitCode(); !sent || status != 2 ||
				!strings.HasSuffix(string(text), "coen: interrupted; nothing was left half-written\n") {
				t.Errorf("status %d, interrupted: %v\n%s", status, sent, text)
			}
			return
		case <-limit:
			cmd.Process.Kill()
			<-ended
			t.Fatalf("does not end\n%s", text)
		case <-time.After(20 * time.Millisecond):
		}
	}
}
