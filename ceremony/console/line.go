package console

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"sync"
	"time"

	"coen/ceremony/spool"
)

// idle is how long a line may pause before the part that is there is recorded.
const idle = 500 * time.Millisecond

// maxWaiting is how much memory may be taken by what waits to be recorded before a source is left to
// wait in its driver.
const maxWaiting = 64 << 20

// eventSize is what an event takes beside its bytes.
const eventSize = 128

// again is how soon a source that ended is opened again; slowly is how soon if it says nothing.
const (
	again  = 200 * time.Millisecond
	slowly = 5 * time.Second
)

// A line is a source that is being recorded.
type line struct {
	Source
	file  *spool.File
	split splitter

	mu      sync.Mutex
	space   sync.Cond
	events  []event
	waiting int
	wake    chan struct{}
}

// An event is something that a reader saw.
type event struct {
	time   time.Time
	bytes  []byte // received; nil for a pause
	status string // what happened to the source, if not ""
	failed error  // the source ended badly
	over   bool   // nothing will follow
}

func newLine(s Source, f *spool.File) *line {
	l := &line{Source: s, file: f, wake: make(chan struct{}, 1)}
	l.space.L = &l.mu
	return l
}

// listen hands over what the source says until it is over.
func (l *line) listen(ctx context.Context, now func() time.Time) {
	defer func() { l.push(event{time: now(), over: true}) }()
	for pause := again; ; {
		s, err := l.open(ctx)
		if ctx.Err() != nil || errors.Is(err, errOver) {
			return
		}
		if err != nil {
			l.push(event{time: now(), status: "cannot be opened: " + err.Error(), failed: err})
			return
		}
		l.push(event{time: now(), status: "open"})
		n, err := l.read(ctx, s, now)
		failed := s.Close()
		if ctx.Err() != nil {
			return
		}
		status := "closed"
		if why := errors.Join(failed, err); why != nil {
			status += ": " + why.Error()
		}
		l.push(event{time: now(), status: status, failed: failed})
		if pause = min(2*pause, slowly); n > 0 {
			pause = again
		}
		sleep(ctx, pause)
	}
}

// read hands over what one connection says, and tells how many bytes that were. The end of the
// connection is no error.
func (l *line) read(ctx context.Context, s stream, now func() time.Time) (total int, err error) {
	past := time.Unix(1, 0)
	defer context.AfterFunc(ctx, func() { s.SetReadDeadline(past) })()
	buf := make([]byte, 64<<10)
	for paused := true; ; {
		deadline := time.Time{}
		if !paused {
			deadline = time.Now().Add(idle)
		}
		if err := s.SetReadDeadline(deadline); err != nil || ctx.Err() != nil {
			return total, err
		}
		n, err := s.Read(buf)
		if n > 0 {
			total += n
			paused = false
			l.push(event{time: now(), bytes: bytes.Clone(buf[:n])})
		}
		switch {
		case errors.Is(err, os.ErrDeadlineExceeded):
			paused = true
			l.push(event{time: now()})
		case errors.Is(err, io.EOF):
			return total, nil
		case err != nil:
			return total, err
		}
	}
}

// push queues an event, waiting while too much is queued.
func (l *line) push(e event) {
	l.mu.Lock()
	for l.waiting > maxWaiting && !e.over {
		l.space.Wait()
	}
	l.events = append(l.events, e)
	l.waiting += len(e.bytes) + eventSize
	l.mu.Unlock()
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// take returns what is queued.
func (l *line) take() []event {
	l.mu.Lock()
	defer l.mu.Unlock()
	events := l.events
	l.events, l.waiting = nil, 0
	l.space.Broadcast()
	return events
}
