package spool_test

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"coen/ksk/receiver/spool"
)

// server takes messages, or not.
type server struct {
	mu    sync.Mutex
	taken []spool.Message
	err   func(spool.Message) error
}

func (s *server) send(_ context.Context, m spool.Message) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil {
		if err := s.err(m); err != nil {
			return err
		}
	}
	s.taken = append(s.taken, m)
	return nil
}

func (s *server) subjects() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []string
	for _, m := range s.taken {
		all = append(all, m.Subject)
	}
	return strings.Join(all, " ")
}

func open(t *testing.T, folder string, send spool.Send) *spool.Queue {
	t.Helper()
	q, err := spool.Open(folder, send, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return q
}

func add(t *testing.T, q *spool.Queue, subject string, when time.Time) {
	t.Helper()
	if err := q.Add(spool.Message{From: "a@example.com", To: "b@example.com", Subject: subject, Body: "text\n"}, when); err != nil {
		t.Fatal(err)
	}
}

// run runs a queue until the condition holds.
func run(t *testing.T, q *spool.Queue, until func() bool) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var done sync.WaitGroup
	done.Go(func() { q.Run(ctx) })
	for end := time.Now().Add(20 * time.Second); !until(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Error("nothing happens")
			break
		}
	}
	cancel()
	done.Wait()
}

func waiting(t *testing.T, q *spool.Queue) int {
	t.Helper()
	n, err := q.Waiting()
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestRestart adds messages while the server is down, ends, and starts again.
func TestRestart(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "queue")
	tried := make(chan struct{}, 1)
	down := &server{err: func(spool.Message) error {
		select {
		case tried <- struct{}{}:
		default:
		}
		return errors.New("down")
	}}
	q := open(t, folder, down.send)
	now := time.Now()
	for i, subject := range []string{"one", "two", "three"} {
		add(t, q, subject, now.Add(time.Duration(i)))
	}
	run(t, q, func() bool { return len(tried) > 0 })
	if n := waiting(t, q); n != 3 {
		t.Fatalf("%d wait", n)
	}
	up := &server{}
	q = open(t, folder, up.send)
	run(t, q, func() bool { return waiting(t, q) == 0 })
	if got := up.subjects(); got != "one two three" {
		t.Errorf("%s", got)
	}
	if up.taken[0].ID == "" || up.taken[0].ID == up.taken[1].ID || !strings.HasSuffix(up.taken[0].ID, "@example.com") {
		t.Errorf("identifiers %q %q", up.taken[0].ID, up.taken[1].ID)
	}
}

// TestRefused has one message that the server does not want, and an old one of that kind.
func TestRefused(t *testing.T) {
	folder := t.TempDir()
	s := &server{err: func(m spool.Message) error {
		if m.Subject != "good" {
			return &spool.Refused{Err: errors.New("550 no")}
		}
		return nil
	}}
	q := open(t, folder, s.send)
	add(t, q, "old", time.Now().AddDate(0, 0, -6))
	add(t, q, "bad", time.Now())
	add(t, q, "good", time.Now())
	if err := os.WriteFile(filepath.Join(folder, "broken.json"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	run(t, q, func() bool { return waiting(t, q) == 1 })
	if got := s.subjects(); got != "good" {
		t.Errorf("sent: %s", got)
	}
	if failed, _ := filepath.Glob(folder + "/*.failed"); len(failed) != 2 {
		t.Errorf("given up: %q", failed)
	}
}

// TestNew sends what is added while the queue runs.
func TestNew(t *testing.T) {
	s := &server{}
	q := open(t, t.TempDir(), s.send)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go q.Run(ctx)
	time.Sleep(20 * time.Millisecond)
	add(t, q, "one", time.Now())
	for end := time.Now().Add(4 * time.Second); s.subjects() != "one"; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("not sent at once")
		}
	}
}
