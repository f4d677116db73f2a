package chain

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
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
	f, err := openFile(path)
	if err != nil {
		return nil, err
	}
	l := &Log{file: f, now: now}
	if err := l.locked(func() error { return nil }); err != nil {
		l.file.Close()
		return nil, err
	}
	return l, nil
}

func openFile(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return nil, fmt.Errorf("ceremony log: %w", err)
	}
	return f, nil
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

// locked runs do while no other process writes, on a replay that is up to date of a log that is begun.
func (l *Log) locked(do func() error) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.reopen(); err != nil {
		return err
	}
	return flock.Do(l.file, func() error {
		if err := l.catchUp(); err != nil {
			return err
		}
		if l.replay.last.Number == 0 {
			if err := l.write([]Draft{{Kind: KindBegin, Fields: []Field{F("format", Format)}}}); err != nil {
				return err
			}
		}
		return do()
	})
}

// reopen goes on with a new log if the file was moved aside, as is done with one that is broken.
func (l *Log) reopen() error {
	mine, err := l.file.Stat()
	if err != nil {
		return err
	}
	there, err := os.Stat(l.file.Name())
	if err == nil && os.SameFile(mine, there) {
		return nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	f, err := openFile(l.file.Name())
	if err != nil {
		return err
	}
	l.file.Close()
	l.file, l.replay, l.offset = f, Replay{}, 0
	return nil
}

// catchUp replays what was appended since the last time. Under the lock, a last line without its
// newline is one whose writer died.
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
	if err == nil {
		err = l.replay.End()
		if err != nil && l.replay.mendable() {
			return l.mend()
		}
	}
	if err != nil {
		return fmt.Errorf("%s: %w; move it aside to begin a new log", l.file.Name(), err)
	}
	return nil
}

// mend has the log go on after an unfinished or foreign line: a line that was whole gets its newline,
// anything else an entry that vouches for its bytes.
func (l *Log) mend() error {
	r := &l.replay
	var b []byte
	if len(r.partial) > 0 {
		if _, fault := r.fits(r.partial); fault == nil && r.broken == nil {
			return l.put([]byte("\n"))
		}
		b = append(b, '\n')
	}
	damage := r.unaccounted()
	d := Draft{Time: l.now(), Kind: KindTorn,
		Fields: []Field{F("bytes", len(damage)), F("sha256", Hash(sha256.Sum256(damage)))}}
	line, _, err := d.line(r.last.Number+1, r.last.Hash)
	if err != nil {
		return err
	}
	return l.put(append(b, line...))
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
