package chain

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestMain lets the test program be one of several writers.
func TestMain(m *testing.M) {
	if path := os.Getenv("CHAIN_TEST_WRITER"); path != "" {
		os.Exit(writer(path, os.Getenv("CHAIN_TEST_NAME")))
	}
	os.Exit(m.Run())
}

// writer appends until it is killed, or 200 times.
func writer(path, name string) int {
	l, err := Open(path, time.Now)
	for i := 0; err == nil && i < 200; i++ {
		_, err = l.AppendAll([]Draft{
			{Kind: "note", Fields: []Field{F("writer", name), F("text", i)}},
			{Kind: "note", Fields: []Field{F("writer", name), F("text", strings.Repeat("x", 20000))}},
		})
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

func startWriter(t *testing.T, path, name string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "CHAIN_TEST_WRITER="+path, "CHAIN_TEST_NAME="+name)
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd
}

func TestSeveralProcesses(t *testing.T) {
	l, path := newLog(t, 0)
	var writers []*exec.Cmd
	for _, name := range []string{"a", "b", "c"} {
		writers = append(writers, startWriter(t, path, name))
	}
	var threads sync.WaitGroup
	for range 2 {
		threads.Go(func() {
			for range 100 {
				if _, err := l.Append("note", F("writer", "thread")); err != nil {
					t.Error(err)
				}
			}
		})
	}
	threads.Wait()
	for _, w := range writers {
		if err := w.Wait(); err != nil {
			t.Error(err)
		}
	}
	next := map[string]int{}
	_, err := Scan(bytes.NewReader(read(t, path)), func(e Entry, _ []byte) error {
		if text := e.Get("text"); text != "" && len(text) < 10 {
			if w := e.Get("writer"); text != fmt.Sprint(next[w]) {
				t.Errorf("writer %s: entry %s follows %d", w, text, next[w]-1)
			}
			next[e.Get("writer")]++
		}
		return nil
	})
	last, _ := l.Checkpoint()
	if err != nil || last.Number != 1+3*400+200 {
		t.Errorf("%d entries, %v", last.Number, err)
	}
}

// TestKilled kills writers at random moments. The log goes on, whatever they left behind.
func TestKilled(t *testing.T) {
	l, path := newLog(t, 0)
	for i := range 12 {
		w := startWriter(t, path, fmt.Sprint(i))
		time.Sleep(time.Duration(10+5*i) * time.Millisecond)
		w.Process.Kill()
		w.Wait()
		e := appendNote(t, l, "goes on")
		if r := verify(t, read(t, path), e.Hash); !r.Whole() {
			t.Fatalf("after kill %d: %+v", i, r)
		}
	}
}
