package flock

import (
	"errors"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
)

// TestTurns has two open files take turns, though one of them fails.
func TestTurns(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	failed := errors.New("failed")
	var inside atomic.Int32
	var both sync.WaitGroup
	for range 2 {
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		both.Go(func() {
			for range 1000 {
				err := Do(f, func() error {
					if inside.Add(1) != 1 {
						t.Error("two at a time")
					}
					inside.Add(-1)
					return failed
				})
				if !errors.Is(err, failed) {
					t.Error(err)
				}
			}
		})
	}
	both.Wait()
}

func TestClosed(t *testing.T) {
	f, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	f.Close()
	if err := Do(f, func() error { t.Error("done without the lock"); return nil }); err == nil {
		t.Error("a closed file was locked")
	}
}
