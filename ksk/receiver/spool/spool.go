package spool

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"coen/ksk/outfile"
)

// Message is a mail in plain text.
type Message struct {
	From    string    `json:"from"` // addresses without names
	To      string    `json:"to"`
	Subject string    `json:"subject"`
	Body    string    `json:"body"`
	Date    time.Time `json:"date"`
	ID      string    `json:"message_id"` // without angle brackets
}

// Send hands a message to a server. A [*Refused] says that it was this message that the server did
// not take; after other errors the next message is not tried either.
type Send func(context.Context, Message) error

// Refused is the answer of a server that would take other messages.
type Refused struct{ Err error }

func (r *Refused) Error() string { return r.Err.Error() }
func (r *Refused) Unwrap() error { return r.Err }

// Intervals between attempts, doubled from the first to the last; and how long a message is tried.
const (
	firstPause = 5 * time.Second
	lastPause  = 15 * time.Minute
	giveUp     = 5 * 24 * time.Hour
)

const (
	waiting = ".json"
	failed  = ".failed"
)

// Queue is a folder of messages that wait.
type Queue struct {
	folder string
	send   Send
	log    *slog.Logger
	wake   chan struct{}
}

// Open opens a folder, and makes it if it is not there.
func Open(folder string, send Send, log *slog.Logger) (*Queue, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, fmt.Errorf("mail queue: %w", err)
	}
	return &Queue{folder, send, log, make(chan struct{}, 1)}, nil
}

// Add puts a message into the queue. When it returns nil, the message is on the disk.
func (q *Queue) Add(m Message, now time.Time) error {
	_, host, _ := strings.Cut(m.From, "@")
	m.Date = now
	m.ID = rand.Text() + "@" + host
	text, err := json.Marshal(m)
	if err != nil {
		return err
	}
	// Names sort by time, so that mail arrives in order.
	name := now.UTC().Format("20060102-150405.000000000") + "-" + rand.Text() + waiting
	accept := func([]byte) error { return nil }
	if err := outfile.Write(filepath.Join(q.folder, name), text, createPrivate, accept); err != nil {
		return fmt.Errorf("mail queue: %w", err)
	}
	select {
	case q.wake <- struct{}{}:
	default: // it is awake
	}
	return nil
}

func createPrivate(path string) (outfile.File, error) {
	return os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
}

// Waiting returns the number of messages that have not been sent.
func (q *Queue) Waiting() (int, error) {
	names, err := q.names()
	return len(names), err
}

// names lists the files of messages, oldest first.
func (q *Queue) names() ([]string, error) {
	entries, err := os.ReadDir(q.folder)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), waiting) && !strings.HasPrefix(e.Name(), ".") {
			names = append(names, e.Name())
		}
	}
	slices.Sort(names)
	return names, nil
}

// Run sends what waits, now and whenever something is added, until the context is done.
func (q *Queue) Run(ctx context.Context) {
	pause := firstPause
	for ctx.Err() == nil {
		left, err := q.pass(ctx)
		if err != nil && ctx.Err() == nil {
			q.log.Warn("Mail waits", "messages", left, "again_in", pause.String(), "error", err)
		}
		var again <-chan time.Time
		if left > 0 {
			again = time.After(pause)
			pause = min(2*pause, lastPause)
		} else {
			pause = firstPause
		}
		select {
		case <-ctx.Done():
		case <-again:
		case <-q.wake:
		}
	}
}

// pass tries each message once, and returns how many are left.
func (q *Queue) pass(ctx context.Context) (left int, err error) {
	names, err := q.names()
	for i, name := range names {
		if ctx.Err() != nil {
			return len(names) - i + left, nil
		}
		sendErr := q.deliver(ctx, filepath.Join(q.folder, name))
		if sendErr == nil {
			continue
		}
		left++
		err = errors.Join(err, sendErr)
		var refused *Refused
		if !errors.As(sendErr, &refused) {
			return len(names) - i - 1 + left, err
		}
	}
	return left, err
}

// deliver sends one message and removes its file, or keeps it.
func (q *Queue) deliver(ctx context.Context, path string) error {
	text, err := os.ReadFile(path)
	var m Message
	if err == nil {
		err = json.Unmarshal(text, &m)
	}
	if err != nil {
		q.abandon(path, err)
		return nil
	}
	if err := q.send(ctx, m); err != nil {
		if time.Since(m.Date) > giveUp {
			q.abandon(path, err)
			return nil
		}
		return err
	}
	q.log.Info("Sent mail", "to", m.To, "message_id", m.ID)
	return os.Remove(path)
}

// abandon puts a message aside for a person to look at.
func (q *Queue) abandon(path string, why error) {
	err := os.Rename(path, path+failed)
	q.log.Error("Mail given up", "file", path+failed, "error", errors.Join(why, err))
}
