package recorder

import (
	"fmt"
	"time"

	"coen/ceremony/chain"
	"coen/ceremony/spool"
)

// copier keeps the copies up to date until the recorder is closed.
func (r *Recorder) copier() {
	defer close(r.done)
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		last := false
		select {
		case <-r.poke:
		case <-tick.C:
		case <-r.stop:
			last = true
		}
		for _, show := range r.round() {
			show()
		}
		if last {
			r.round() // the entry about the copies that the round before may have made
			return
		}
	}
}

// round catches up once. It returns what may be shown then.
func (r *Recorder) round() []func() {
	r.mu.Lock()
	shows := r.shows
	r.shows = nil
	copies := append([]*spool.Copy(nil), r.copies...)
	r.mu.Unlock()
	if len(copies) == 0 {
		return shows
	}
	err := catchUp(copies)
	switch {
	case err != nil && r.lost == nil:
		r.lost = err
		r.event("copy-lost", fmt.Sprintf("COPIES LOST in %s: %v. Recording goes on in RAM.", r.to, err),
			chain.F("folder", r.to), chain.F("reason", err))
	case err == nil && r.lost != nil:
		r.lost = nil
		r.event("copy-back", fmt.Sprintf("Copies in %s are complete again.", r.to), chain.F("folder", r.to))
	}
	return shows
}

// catchUp tries every copy and returns the first failure: they share a drive.
func catchUp(copies []*spool.Copy) (first error) {
	for _, c := range copies {
		if err := c.CatchUp(); err != nil && first == nil {
			first = err
		}
	}
	return first
}

// event records what became of the copies and tells it.
func (r *Recorder) event(kind, text string, fields ...chain.Field) {
	if _, err := r.log.Append(kind, fields...); err != nil {
		text += fmt.Sprintf(" (That is not in the log: %v)", err)
	}
	r.tell(text)
}
