package chain

import (
	"errors"
	"io"
	"time"
)

// clockStep is how far the clock must go back to be worth telling: records of several processes are
// a moment apart.
const clockStep = time.Minute

// maxRemarks bounds what is remembered of a hostile log.
const maxRemarks = 1000

// A ClockStep is an entry that is dated before the one it follows: the clock was set.
type ClockStep struct {
	Entry int64
	Back  time.Duration
}

// A Report is what there is to say about a log.
type Report struct {
	First, Last Entry // that hold; both have number 0 if none does
	Torn        []Torn
	Clock       []ClockStep
	Broken      *BrokenError // nil for a log that is whole

	// Missing are the expected checkpoints that no entry that holds has.
	Missing []Hash
}

// Whole reports whether the chain holds to its end and has every expected checkpoint.
func (r Report) Whole() bool { return r.Broken == nil && len(r.Missing) == 0 }

// Verify replays a log. The expected checkpoints are hashes that people kept of it. The error is one
// of reading; that a log is broken is in the report.
func Verify(in io.Reader, expected ...Hash) (Report, error) {
	var r Report
	seen := map[Hash]bool{}
	for _, h := range expected {
		seen[h] = false
	}
	replay, err := Scan(in, func(e Entry, _ []byte) error {
		if r.First.Number == 0 {
			r.First = e
		}
		if back := r.Last.Time.Sub(e.Time); r.Last.Number > 0 && back >= clockStep && len(r.Clock) < maxRemarks {
			r.Clock = append(r.Clock, ClockStep{Entry: e.Number, Back: back})
		}
		if _, want := seen[e.Hash]; want {
			seen[e.Hash] = true
		}
		r.Last = e
		return nil
	})
	for _, h := range expected {
		if !seen[h] {
			r.Missing = append(r.Missing, h)
		}
	}
	r.Torn = replay.Torn()
	if errors.As(err, &r.Broken) {
		err = nil
	}
	return r, err
}
