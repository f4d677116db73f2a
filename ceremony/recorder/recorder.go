package recorder

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"coen/ceremony/chain"
	"coen/ceremony/evidence"
	"coen/ceremony/spool"
)

// every is how often the copies are looked after when nothing happens.
const every = time.Second

// A Recorder records one program's part of a ceremony.
type Recorder struct {
	log  *chain.Log
	ram  string            // folder of the log and the published files
	to   string            // folder of the copies, "" for none
	tell func(text string) // tells the operator; called from several goroutines

	mu     sync.Mutex
	copies []*spool.Copy
	shows  []func()
	poke   chan struct{}
	stop   chan struct{}
	done   chan struct{}
	lost   error // of the copies; the copier's own until done
}

// New returns a Recorder for a log in RAM. Copies of the log, and of the files created, are kept in the
// folder to, unless that is "" or the log's own. It fails if the folder cannot be written now.
func New(log *chain.Log, to string, tell func(text string)) (*Recorder, error) {
	r := &Recorder{
		log: log, ram: filepath.Dir(log.Path()), tell: tell,
		poke: make(chan struct{}, 1), stop: make(chan struct{}), done: make(chan struct{}),
	}
	if to != "" && !sameFolder(r.ram, to) {
		begun, err := log.Begun()
		if err != nil {
			return nil, err
		}
		if r.to, err = filepath.Abs(to); err != nil {
			return nil, err
		}
		if err := r.follow(log.Path(), "ceremony-"+Stamp(begun)+".log"); err != nil {
			return nil, err
		}
	}
	go r.copier()
	return r, nil
}

// Stamp is a time as it stands in file names: YYYYmmdd-HHMMSS, UTC.
func Stamp(t time.Time) string { return t.UTC().Format("20060102-150405") }

func sameFolder(a, b string) bool {
	x, err := os.Stat(a)
	if err != nil {
		return false
	}
	y, err := os.Stat(b)
	return err == nil && os.SameFile(x, y)
}

// Create makes a file that will be published.
func (r *Recorder) Create(name string) (*spool.File, error) {
	f, err := spool.Create(r.ram, name)
	if err != nil {
		return nil, err
	}
	if r.to == "" {
		return f, nil
	}
	return f, r.follow(f.Path(), f.Name())
}

func (r *Recorder) follow(from, name string) error {
	c, err := spool.NewCopy(from, filepath.Join(r.to, name))
	if err == nil {
		err = c.CatchUp()
	}
	if err != nil {
		return fmt.Errorf("copy to %s: %w", r.to, err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.copies = append(r.copies, c)
	return nil
}

// A Part is what is added to a published file.
type Part struct {
	File  *spool.File
	Bytes []byte
}

// Put appends entries to the log and parts to files, and returns when all of it is synced in RAM. What
// cannot be written, because RAM is full, is tried again until the context is done.
func (r *Recorder) Put(ctx context.Context, drafts []chain.Draft, parts ...Part) error {
	if len(drafts) > 0 {
		if err := r.insist(ctx, func() error { _, err := r.log.AppendAll(drafts); return err }); err != nil {
			return err
		}
	}
	for _, p := range parts {
		if len(p.Bytes) == 0 {
			continue
		}
		if err := r.insist(ctx, func() error { return p.File.Append(p.Bytes) }); err != nil {
			return err
		}
	}
	r.wake()
	return nil
}

// insist repeats what must not fail.
func (r *Recorder) insist(ctx context.Context, do func() error) error {
	err := do()
	if err == nil {
		return nil
	}
	r.tell(fmt.Sprintf("NOT RECORDED, and tried again every second: %v", err))
	for {
		select {
		case <-ctx.Done():
			return err
		case <-time.After(time.Second):
		}
		if err = do(); err == nil {
			r.tell("Recording goes on.")
			return nil
		}
	}
}

// Show calls show when everything that was put is in the copies too, or these are lost. Calls come in
// order, from a goroutine of their own.
func (r *Recorder) Show(show func()) {
	r.mu.Lock()
	r.shows = append(r.shows, show)
	r.mu.Unlock()
	r.wake()
}

func (r *Recorder) wake() {
	select {
	case r.poke <- struct{}{}:
	default:
	}
}

// Finish records that a file is complete, with its digest.
func (r *Recorder) Finish(ctx context.Context, f *spool.File) error {
	d, err := evidence.Draft(f.Name(), f.Content())
	if err != nil {
		return err
	}
	return errors.Join(r.Put(ctx, []chain.Draft{d}), f.Close())
}

// Close completes the copies. It fails if they are lost; everything is in RAM then.
func (r *Recorder) Close() error {
	close(r.stop)
	<-r.done
	for _, c := range r.copies {
		c.Close()
	}
	if r.lost != nil {
		return fmt.Errorf("the files in %s are not complete: %w; those in %s are", r.to, r.lost, r.ram)
	}
	return nil
}
