package chain

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"strconv"
)

// maxDamage is how much unfinished writing one torn entry may vouch for.
const maxDamage = 4 * MaxLine

// A Torn is an unfinished line that the chain vouches for: a process was killed while it wrote.
type Torn struct {
	Line  int   // in the file, from 1
	Entry int64 // of kind "torn", which vouches for it
	Bytes int
}

// A BrokenError says where a log stops to hold.
type BrokenError struct {
	Line   int   // of the file, from 1
	Entry  int64 // that should stand there
	Reason string
	Cut    bool // the file ends within this entry
}

func (e *BrokenError) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Reason) }

// A Replay follows a log line by line. Its zero value stands before the first entry.
type Replay struct {
	last    Entry
	lines   int
	torn    []Torn
	partial []byte       // the file's end so far, without a newline
	damage  []byte       // lines that do not fit, unless an entry "torn" vouches for them
	broken  *BrokenError // why damage[0:] does not fit; final once the log is judged
	each    func(Entry, []byte) error
}

// NewReplay returns a replay that stands before the first entry and hands each one that holds, with its
// line, to each; an error from each is returned by Write.
func NewReplay(each func(e Entry, line []byte) error) *Replay { return &Replay{each: each} }

// Last returns the last entry that holds; its number is 0 before the first.
func (r *Replay) Last() Entry { return r.last }

// Torn returns the unfinished lines that the log vouches for.
func (r *Replay) Torn() []Torn { return r.torn }

// Write takes the next bytes of the file. It fails where the chain cannot hold any more.
func (r *Replay) Write(p []byte) (int, error) {
	for rest := p; len(rest) > 0; {
		line, after, whole := bytes.Cut(rest, []byte("\n"))
		if len(r.partial)+len(line) >= MaxLine {
			return 0, r.fail(&BrokenError{Line: r.lines + 1, Entry: r.last.Number + 1,
				Reason: fmt.Sprintf("entry %d is longer than an entry can be", r.last.Number+1)})
		}
		if !whole {
			r.partial = append(r.partial, line...)
			break
		}
		if len(r.partial) > 0 {
			line = append(r.partial, line...)
			r.partial = r.partial[:0]
		}
		if err := r.line(line); err != nil {
			return 0, err
		}
		rest = after
	}
	return len(p), nil
}

// End judges the log as if the file ended here.
func (r *Replay) End() error {
	switch {
	case r.broken != nil:
		return r.broken
	case len(r.partial) > 0:
		return &BrokenError{Line: r.lines + 1, Entry: r.last.Number + 1, Cut: true,
			Reason: fmt.Sprintf("entry %d is cut short", r.last.Number+1)}
	}
	return nil
}

// fail makes the first fault final.
func (r *Replay) fail(b *BrokenError) error {
	if r.broken == nil {
		r.broken = b
	}
	return r.broken
}

func (r *Replay) line(line []byte) error {
	r.lines++
	e, fault := r.fits(line)
	if r.broken == nil && fault == nil {
		return r.advance(e, line)
	}
	if r.broken != nil && fault == nil && r.vouches(e) {
		r.torn = append(r.torn, Torn{Line: r.broken.Line, Entry: e.Number, Bytes: len(r.damage)})
		r.damage, r.broken = nil, nil
		return r.advance(e, line)
	}
	if r.broken == nil {
		r.broken = &BrokenError{Line: r.lines, Entry: r.last.Number + 1, Reason: fault.Error()}
	} else {
		r.damage = append(r.damage, '\n')
	}
	r.damage = append(r.damage, line...)
	if len(r.damage) > maxDamage {
		return r.broken
	}
	return nil
}

func (r *Replay) advance(e Entry, line []byte) error {
	r.last = e
	if r.each == nil {
		return nil
	}
	return r.each(e, line)
}

// fits says why a line is not the entry that follows the last one, if it is not.
func (r *Replay) fits(line []byte) (Entry, error) {
	due := r.last.Number + 1
	e, rest, err := parse(line)
	switch {
	case err != nil:
		return e, fmt.Errorf("entry %d cannot be read: %w", due, err)
	case e.Number > due:
		return e, fmt.Errorf("entry %d is missing here; entry %d stands in its place", due, e.Number)
	case e.Number < due:
		return e, fmt.Errorf("entry %d is due here; entry %d stands in its place, again or moved", due, e.Number)
	case hashOf(r.last.Hash, rest) != e.Hash:
		return e, fmt.Errorf("entry %d was changed, or put behind another entry %d", due, due-1)
	case due == 1 && (e.Kind != KindBegin || e.Get("format") != Format):
		return e, fmt.Errorf("entry 1 does not begin a log of format %s", Format)
	}
	return e, nil
}

// unaccounted returns what follows the last entry that holds, without its last newline.
func (r *Replay) unaccounted() []byte {
	switch {
	case r.broken == nil:
		return r.partial
	case len(r.partial) == 0:
		return r.damage
	}
	return append(append(bytes.Clone(r.damage), '\n'), r.partial...)
}

// mendable reports whether an entry may vouch for what follows the last entry that holds: not if there are
// whole entries in it, for then an earlier one was changed, and not if it is too much.
func (r *Replay) mendable() bool {
	damage := r.unaccounted()
	if len(damage) > maxDamage {
		return false
	}
	if r.broken == nil {
		return true
	}
	for line := range bytes.SplitSeq(r.damage, []byte("\n")) {
		if _, _, err := parse(line); err == nil {
			return false
		}
	}
	return true
}

// vouches reports whether a fitting entry accounts for exactly the damaged bytes before it.
func (r *Replay) vouches(e Entry) bool {
	return e.Kind == KindTorn && e.Get("bytes") == strconv.Itoa(len(r.damage)) &&
		e.Get("sha256") == Hash(sha256.Sum256(r.damage)).String()
}

// Scan replays a log from its beginning and hands each entry that holds, with its line, to each; an
// error from each ends the scan. It returns the replay as far as it came. The error is a *BrokenError
// where the log does not hold.
func Scan(in io.Reader, each func(e Entry, line []byte) error) (*Replay, error) {
	r := NewReplay(each)
	if _, err := io.Copy(r, in); err != nil {
		return r, err
	}
	if r.last.Number == 0 && r.broken == nil && len(r.partial) == 0 {
		return r, errors.New("the log is empty")
	}
	return r, r.End()
}
