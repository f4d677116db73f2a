package chain

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"coen/ceremony/flock"
)

// A Log is a ceremony log that is being written. Its methods may be called from several goroutines;
// other processes may append to the same file.
type Log struct {
	mu     sync.Mutex
	file   *os.File
	now    func() time.Time
	replay Replay
	offset int64 // replayed so far
}

// Open opens the log at path, or begins it: the first entry is of kind "begin". It replays the whole
// file and fails where the chain is broken, leaving everything as it is.
func Open(path string, now func() time.Time) (*Log, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return nil, fmt.Errorf("ceremony log: %w", err)
	}
	l := &Log{file: f, now: now}
	if err := l.locked(l.begin); err != nil {
		f.Close()
		return nil, err
	}
	return l, nil
}

// Close closes the file.
func (l *Log) Close() error { return l.file.Close() }

// Path returns the name of the file.
func (l *Log) Path() string { return l.file.Name() }

// Append writes one entry and returns when it is synced.
func (l *Log) Append(kind string, fields ...Field) (Entry, error) {
	return l.AppendAll([]Draft{{Kind: kind, Fields: fields}})
}

// AppendAll writes entries next to each other, syncs once and returns the last one. Either all of
// them are in the log or none.
func (l *Log) AppendAll(drafts []Draft) (last Entry, err error) {
	err = l.locked(func() error {
		if err := l.write(drafts); err != nil {
			return err
		}
		last = l.replay.last
		return nil
	})
	return last, err
}

// Checkpoint returns the last entry of the file. Its hash stands for everything up to it.
func (l *Log) Checkpoint() (last Entry, err error) {
	err = l.locked(func() error {
		last = l.replay.last
		return nil
	})
	return last, err
}

// Begun returns the time of the first entry, which tells one ceremony's log from another's.
func (l *Log) Begun() (time.Time, error) {
	line := make([]byte, MaxLine)
	n, err := l.file.ReadAt(line, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return time.Time{}, err
	}
	first, _, _ := bytes.Cut(line[:n], []byte("\n"))
	e, _, err := parse(first)
	return e.Time, err
}

func (l *Log) begin() error {
	if l.replay.last.Number > 0 {
		return nil
	}
	return l.write([]Draft{{Kind: KindBegin, Fields: []Field{F("format", Format)}}})
}

// locked runs do while no other process writes, on a replay that is up to date.
func (l *Log) locked(do func() error) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return flock.Do(l.file, func() error {
		if err := l.catchUp(); err != nil {
			return err
		}
		return do()
	})
}

// catchUp replays what was appended since the last time. Under the lock, a last line without its
// newline is one whose writer died: it gets its end, and unless it was whole an entry that vouches
// for its bytes.
func (l *Log) catchUp() error {
	info, err := l.file.Stat()
	if err != nil {
		return err
	}
	if info.Size() < l.offset {
		return fmt.Errorf("%s: the log was cut from %d to %d bytes behind our back", l.file.Name(), l.offset, info.Size())
	}
	n, err := io.Copy(&l.replay, io.NewSectionReader(l.file, l.offset, info.Size()-l.offset))
	l.offset += n
	if err != nil {
		return fmt.Errorf("%s: %w", l.file.Name(), err)
	}
	if len(l.replay.partial) == 0 {
		if err := l.replay.End(); err != nil {
			return fmt.Errorf("%s: %w; move it aside to begin a new log", l.file.Name(), err)
		}
		return nil
	}
	return l.mend()
}

func (l *Log) mend() error {
	r := &l.replay
	if r.broken == nil {
		if _, fault := r.fits(r.partial); fault == nil {
			return l.put([]byte("\n"))
		}
	}
	damage := r.partial
	if r.broken != nil {
		damage = append(append(bytes.Clone(r.damage), '\n'), r.partial...)
	}
	d := Draft{Time: l.now(), Kind: KindTorn,
		Fields: []Field{F("bytes", len(damage)), F("sha256", Hash(sha256.Sum256(damage)))}}
	line, _, err := d.line(r.last.Number+1, r.last.Hash)
	if err != nil {
		return err
	}
	return l.put(append([]byte("\n"), line...))
}

func (l *Log) write(drafts []Draft) error {
	var all []byte
	number, prev := l.replay.last.Number, l.replay.last.Hash
	for _, d := range drafts {
		if d.Time.IsZero() {
			d.Time = l.now()
		}
		number++
		line, hash, err := d.line(number, prev)
		if err != nil {
			return err
		}
		all, prev = append(all, line...), hash
	}
	return l.put(all)
}

// put appends bytes, syncs them and replays them. What could only be written in part is taken back:
// nobody was told of it yet.
func (l *Log) put(b []byte) error {
	_, err := l.file.Write(b)
	if err == nil {
		err = l.file.Sync()
	}
	if err != nil {
		return errors.Join(fmt.Errorf("ceremony log: %w", err), l.file.Truncate(l.offset))
	}
	l.offset += int64(len(b))
	_, err = l.replay.Write(b)
	return err
}
