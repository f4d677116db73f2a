// Package keylog follows the log files that key tools write for themselves, and brings their lines into
// the ceremony log while they are written.
//
// The tools keep their files where and as they always did; nothing has to be told to them. A folder is
// looked at twice a second for files with the names of key tools: kskm-TOOL-YYYYmmdd-HHMMSS-PID.log,
// and ksrsigner, kskgen and keybackup-YYYYmmdd-HHMMSS.log of their predecessors.
package keylog

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"time"

	"coen/ceremony/chain"
	"coen/ceremony/evidence"
)

// every is how often files are looked at.
const every = 500 * time.Millisecond

// maxLine is where a line without an end is cut.
const maxLine = 8 << 10

var name = regexp.MustCompile(`^(kskm-[a-z0-9]+|kskgen|ksrsigner|keybackup)-\d{8}-\d{6}(-\d+)?\.log$`)

// A Follower follows files. It belongs to one goroutine.
type Follower struct {
	put   func([]chain.Draft) error
	now   func() time.Time
	dirs  []string
	files []*file
	known map[string]bool
}

// A file is one that is followed, read up to offset.
type file struct {
	path   string
	grown  bool // since it is followed
	offset int64
	rest   []byte // of a line that has no end yet
}

// New returns a follower that gives what it reads to put, in entries of kind "keylog".
func New(now func() time.Time, put func([]chain.Draft) error) *Follower {
	return &Follower{put: put, now: now, known: map[string]bool{}}
}

// File follows a file from its beginning.
func (f *Follower) File(path string) error {
	if _, err := os.Stat(path); err != nil {
		return err
	}
	f.add(path, 0)
	return nil
}

// Folder follows the key tools' files in a folder: new ones from their beginning, those that are there
// from where they end now.
func (f *Follower) Folder(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if info, err := e.Info(); err == nil && info.Mode().IsRegular() && name.MatchString(e.Name()) {
			f.add(filepath.Join(dir, e.Name()), info.Size())
		}
	}
	f.dirs = append(f.dirs, dir)
	return nil
}

func (f *Follower) add(path string, offset int64) {
	if !f.known[path] {
		f.known[path] = true
		f.files = append(f.files, &file{path: path, offset: offset})
	}
}

// Run follows until the context is done, then once more to the end of each file.
func (f *Follower) Run(ctx context.Context) error {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		if err := f.Poll(); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return f.Finish()
		case <-tick.C:
		}
	}
}

// Poll takes over what is new. Files that cannot be read now, because their drive is gone, are tried
// again the next time.
func (f *Follower) Poll() error {
	f.look()
	var failed error
	for _, file := range f.files {
		failed = errors.Join(failed, f.read(file))
	}
	return failed
}

// Finish takes over what is new, unfinished lines too, and the digests of the files that have grown.
func (f *Follower) Finish() error {
	failed := f.Poll()
	for _, file := range f.files {
		var drafts []chain.Draft
		if len(file.rest) > 0 {
			drafts = append(drafts, f.draft(file, file.rest))
		}
		if in, err := os.Open(file.path); err == nil && file.grown {
			d, err := evidence.Draft(filepath.Base(file.path), io.LimitReader(in, file.offset))
			in.Close()
			if err == nil {
				drafts = append(drafts, d)
			}
		}
		if len(drafts) > 0 {
			failed = errors.Join(failed, f.put(drafts))
		}
	}
	return failed
}

// look finds new files.
func (f *Follower) look() {
	for _, dir := range f.dirs {
		entries, err := os.ReadDir(dir)
		if err != nil {
			continue
		}
		for _, e := range entries {
			if e.Type().IsRegular() && name.MatchString(e.Name()) {
				f.add(filepath.Join(dir, e.Name()), 0)
			}
		}
	}
}

// read takes over what a file has grown by. The error is that of put.
func (f *Follower) read(file *file) error {
	in, err := os.Open(file.path)
	if err != nil {
		return nil
	}
	defer in.Close()
	info, err := in.Stat()
	if err != nil {
		return nil
	}
	if info.Size() < file.offset {
		text := fmt.Sprintf("cut from %d to %d bytes", file.offset, info.Size())
		file.offset, file.rest = info.Size(), nil
		return f.put([]chain.Draft{{Time: f.now(), Kind: "keylog-status", Fields: []chain.Field{
			chain.F("file", filepath.Base(file.path)), chain.F("text", text)}}})
	}
	buf := make([]byte, 64<<10)
	for {
		n, err := in.ReadAt(buf, file.offset)
		if n > 0 {
			drafts, rest := f.lines(file, buf[:n])
			if len(drafts) > 0 {
				if err := f.put(drafts); err != nil {
					return err
				}
			}
			file.offset, file.rest, file.grown = file.offset+int64(n), rest, true
		}
		if err != nil {
			return nil // the end, or the drive is gone
		}
	}
}

// lines returns the entries of the lines that b completes, and the rest.
func (f *Follower) lines(file *file, b []byte) (drafts []chain.Draft, rest []byte) {
	all := append(bytes.Clone(file.rest), b...)
	for {
		n := bytes.IndexByte(all[:min(len(all), maxLine)], '\n') + 1
		if n == 0 && len(all) < maxLine {
			return drafts, all
		}
		if n == 0 {
			n = maxLine
		}
		drafts = append(drafts, f.draft(file, all[:n]))
		all = all[n:]
	}
}

func (f *Follower) draft(file *file, text []byte) chain.Draft {
	return chain.Draft{Time: f.now(), Kind: "keylog", Fields: []chain.Field{
		chain.F("file", filepath.Base(file.path)), {Key: "text", Value: string(text)}}}
}
