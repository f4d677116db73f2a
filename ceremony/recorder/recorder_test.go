package recorder

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"coen/ceremony/chain"
	"coen/internal/oracle"
)

// told is what an operator was told.
type told struct {
	mu    sync.Mutex
	texts []string
}

func (o *told) tell(text string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.texts = append(o.texts, text)
}

// wait waits until something that contains text was told.
func (o *told) wait(t *testing.T, text string) {
	t.Helper()
	for range 1000 {
		o.mu.Lock()
		all := strings.Join(o.texts, "\n")
		o.mu.Unlock()
		if strings.Contains(all, text) {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("%q was not told: %q", text, o.texts)
}

func newLog(t *testing.T, ram string) *chain.Log {
	t.Helper()
	log, err := chain.Open(filepath.Join(ram, "ceremony.log"), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { log.Close() })
	return log
}

func newRecorder(t *testing.T, ram, drive string) (*Recorder, *told) {
	t.Helper()
	o := &told{}
	r, err := New(newLog(t, ram), drive, o.tell)
	if err != nil {
		t.Fatal(err)
	}
	return r, o
}

func note(text string) []chain.Draft {
	return []chain.Draft{{Kind: "note", Fields: []chain.Field{chain.F("text", text)}}}
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func verify(t *testing.T, path string) chain.Report {
	t.Helper()
	r, err := chain.Verify(bytes.NewReader(read(t, path)))
	if err != nil || !r.Whole() {
		t.Errorf("%s: %v, %+v", path, err, r.Broken)
	}
	return r
}

// small mounts a file system in RAM that is soon full.
func small(t *testing.T) string {
	t.Helper()
	if os.Geteuid() != 0 {
		oracle.Missing(t, "only root can mount")
	}
	dir := t.TempDir()
	if out, errs, err := oracle.Try(t, "mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", dir); err != nil {
		oracle.Missing(t, "tmpfs cannot be mounted: %s%s", out, errs)
	}
	t.Cleanup(func() { oracle.Run(t, "umount", "-l", dir) })
	return dir
}

func TestFilesAndShow(t *testing.T) {
	ram, drive := t.TempDir(), t.TempDir()
	r, _ := newRecorder(t, ram, drive)
	f, err := r.Create("a.log")
	if err != nil {
		t.Fatal(err)
	}
	var shown []string
	for i := range 5 {
		text := fmt.Sprintf("line %d\n", i)
		if err := r.Put(t.Context(), note(text), Part{f, []byte(text)}); err != nil {
			t.Fatal(err)
		}
		r.Show(func() {
			if !strings.HasSuffix(string(read(t, filepath.Join(drive, "a.log"))), text) && i == 4 {
				t.Errorf("%q was shown before it was on the drive", text)
			}
			shown = append(shown, text)
		})
	}
	if err := r.Finish(t.Context(), f); err != nil {
		t.Fatal(err)
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	const want = "line 0\nline 1\nline 2\nline 3\nline 4\n"
	if got := strings.Join(shown, ""); got != want {
		t.Errorf("shown %q", got)
	}
	for _, dir := range []string{ram, drive} {
		if got := string(read(t, filepath.Join(dir, "a.log"))); got != want {
			t.Errorf("%s: %q", dir, got)
		}
	}
	sum, _, _ := strings.Cut(oracle.Run(t, "sha256sum", filepath.Join(drive, "a.log")), " ")
	if log := read(t, r.log.Path()); !bytes.Contains(log, []byte("file name=a.log bytes=35 sha256="+sum)) {
		t.Errorf("the log does not say what sha256sum does: %s", log)
	}
}

// TestTwoRecorders has two programs keep copies of one log in one folder.
func TestTwoRecorders(t *testing.T) {
	ram, drive := t.TempDir(), t.TempDir()
	var both sync.WaitGroup
	for _, name := range []string{"a.log", "b.log"} {
		r, _ := newRecorder(t, ram, drive)
		both.Go(func() {
			for i := range 200 {
				if err := r.Put(t.Context(), note(fmt.Sprint(name, i))); err != nil {
					t.Error(err)
				}
			}
			if err := r.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	both.Wait()
	copies, _ := filepath.Glob(filepath.Join(drive, "*"))
	if len(copies) != 1 {
		t.Fatalf("%v", copies)
	}
	if r := verify(t, copies[0]); r.Last.Number != 401 {
		t.Errorf("%d entries on the drive", r.Last.Number)
	}
}

func TestNoCopies(t *testing.T) {
	ram := t.TempDir()
	for _, to := range []string{"", ram} {
		r, _ := newRecorder(t, ram, to)
		f, err := r.Create("a.log")
		if err != nil {
			t.Fatal(err)
		}
		shown := false
		r.Show(func() { shown = true })
		if err := r.Finish(t.Context(), f); err != nil {
			t.Error(err)
		}
		if err := r.Close(); err != nil || !shown {
			t.Errorf("%v, shown: %v", err, shown)
		}
	}
	if logs, _ := filepath.Glob(filepath.Join(ram, "ceremony-*")); len(logs) > 0 {
		t.Errorf("%v", logs)
	}
}

func TestFolderThatCannotBeWritten(t *testing.T) {
	if _, err := New(newLog(t, t.TempDir()), filepath.Join(t.TempDir(), "none"), nil); err == nil {
		t.Error("a folder that is not there was taken")
	}
}

// TestDriveFull fills the drive: recording goes on, and the copies are completed when there is room.
func TestDriveFull(t *testing.T) {
	ram, drive := t.TempDir(), small(t)
	ballast := filepath.Join(drive, "ballast")
	if err := os.WriteFile(ballast, make([]byte, 40<<10), 0o600); err != nil {
		t.Fatal(err)
	}
	r, o := newRecorder(t, ram, drive)
	for range 20 {
		if err := r.Put(t.Context(), note(strings.Repeat("x", 2000))); err != nil {
			t.Fatal(err)
		}
	}
	o.wait(t, "no space left")
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	o.wait(t, "complete again")
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	copies, _ := filepath.Glob(filepath.Join(drive, "ceremony-*.log"))
	if len(copies) != 1 || !bytes.Equal(read(t, copies[0]), read(t, r.log.Path())) {
		t.Errorf("%v", copies)
	}
	verify(t, r.log.Path())
}

// TestRAMFull fills what everything is first written to: nothing is lost and nothing torn.
func TestRAMFull(t *testing.T) {
	ram, drive := small(t), t.TempDir()
	ballast := filepath.Join(ram, "ballast")
	if err := os.WriteFile(ballast, make([]byte, 40<<10), 0o600); err != nil {
		t.Fatal(err)
	}
	r, o := newRecorder(t, ram, drive)
	f, err := r.Create("a.log")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	go func() {
		var err error
		for i := range 20 {
			text := fmt.Sprintf("%04d%s\n", i, strings.Repeat("x", 1000))
			if e := r.Put(context.Background(), note(text), Part{f, []byte(text)}); e != nil {
				err = e
			}
		}
		done <- err
	}()
	o.wait(t, "NOT RECORDED")
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	o.wait(t, "goes on")
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	if report := verify(t, r.log.Path()); report.Last.Number != 21 || len(report.Torn) > 0 {
		t.Errorf("%d entries, torn %v", report.Last.Number, report.Torn)
	}
	if got := read(t, filepath.Join(drive, "a.log")); len(got) != 20*1005 || bytes.Count(got, []byte("\n")) != 20 {
		t.Errorf("%d bytes", len(got))
	}
}

// TestMovedAside has the log spoiled so that nothing can be appended, then moved aside as the operator is
// told: recording goes on in a new log, and the old copy is kept.
func TestMovedAside(t *testing.T) {
	ram, drive := t.TempDir(), t.TempDir()
	r, o := newRecorder(t, ram, drive)
	path := r.log.Path()
	if err := r.Put(t.Context(), note("before")); err != nil {
		t.Fatal(err)
	}
	shown := make(chan bool)
	r.Show(func() { close(shown) })
	<-shown
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteString(strings.Repeat("spoiled\n", 50000)); err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	go func() { done <- r.Put(context.Background(), note("after")) }()
	o.wait(t, "move it aside")
	if err := os.Rename(path, path+".spoiled"); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	o.wait(t, "complete again")
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	copies, _ := filepath.Glob(filepath.Join(drive, "ceremony-*.log"))
	kept, _ := filepath.Glob(filepath.Join(drive, "*.changed-1"))
	if len(copies) != 1 || len(kept) != 1 || !bytes.Equal(read(t, copies[0]), read(t, path)) {
		t.Fatalf("%v, %v", copies, kept)
	}
	if log := read(t, path); !bytes.Contains(log, []byte("text=after")) || !bytes.Contains(read(t, kept[0]), []byte("text=before")) {
		t.Errorf("%s", log)
	}
	verify(t, path)
}

func TestGivesUpWhenStopped(t *testing.T) {
	ram := small(t)
	r, o := newRecorder(t, ram, "")
	if err := os.WriteFile(filepath.Join(ram, "ballast"), make([]byte, 64<<10), 0o600); err == nil {
		t.Fatal("the file system is not small")
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- r.Put(ctx, note(strings.Repeat("x", 10000))) }()
	o.wait(t, "NOT RECORDED")
	stop()
	if err := <-done; err == nil {
		t.Error("a full file system took an entry")
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
}
