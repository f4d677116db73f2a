package store

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
)

// A Partial is an object in the making. Bytes are written to it in order; when
// all are there, Commit makes it an object. It is not safe for concurrent use.
type Partial struct {
	store *Store
	file  *os.File
	sum   [32]byte
	hash  hash.Hash
	size  int64
	keep  bool // for a later process to go on
}

// Partial opens what is there of an object, if only nothing. While it is open,
// other processes and callers that ask for the same object start anew in a
// file of their own.
func (s *Store) Partial(sum [32]byte) (*Partial, error) {
	p := &Partial{store: s, sum: sum, hash: sha256.New(), keep: true}
	var err error
	if p.file, err = claim(filepath.Join(s.dir, "partial", hex.EncodeToString(sum[:]))); err != nil {
		return nil, err
	}
	if p.file == nil {
		p.keep = false
		if p.file, err = os.CreateTemp(filepath.Join(s.dir, "partial"), "other-*"); err != nil {
			return nil, err
		}
	}
	if p.size, err = io.Copy(p.hash, p.file); err != nil {
		p.file.Close()
		return nil, err
	}
	return p, nil
}

// claim opens, or makes, the named file and locks it. It returns nil if it
// cannot be locked.
func claim(name string) (*os.File, error) {
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return nil, err
	}
	// Between opening and locking, another process may have completed the file
	// and given it its final name. What is locked must be what has the name.
	if lock(f) && sameFile(f, name) {
		return f, nil
	}
	f.Close()
	return nil, nil
}

func sameFile(f *os.File, name string) bool {
	mine, err := f.Stat()
	if err != nil {
		return false
	}
	named, err := os.Lstat(name)
	return err == nil && os.SameFile(mine, named)
}

// Size returns how many bytes are there.
func (p *Partial) Size() int64 { return p.size }

// Write adds bytes at the end.
func (p *Partial) Write(b []byte) (int, error) {
	n, err := p.file.Write(b)
	p.hash.Write(b[:n])
	p.size += int64(n)
	return n, err
}

// Reset throws away what is there.
func (p *Partial) Reset() error {
	p.hash.Reset()
	p.size = 0
	if err := p.file.Truncate(0); err != nil {
		return err
	}
	_, err := p.file.Seek(0, io.SeekStart)
	return err
}

// Commit makes the object and closes p. If its content does not have the
// SHA-256 it should have, all of it is thrown away and the error is a
// [MismatchError]; p is then open and empty.
func (p *Partial) Commit() error {
	if got := [32]byte(p.hash.Sum(nil)); got != p.sum {
		if err := p.Reset(); err != nil {
			return err
		}
		return &MismatchError{Got: got, Want: p.sum}
	}
	defer p.file.Close()
	return p.store.adopt(p.file, p.sum)
}

// Close ends writing. What is there stays for a next time, unless it is nothing.
func (p *Partial) Close() error {
	if !p.keep || p.size == 0 {
		os.Remove(p.file.Name())
	}
	return p.file.Close()
}

// A MismatchError says that bytes are not those that were asked for.
type MismatchError struct {
	Got, Want [32]byte
}

func (e *MismatchError) Error() string {
	return fmt.Sprintf("has SHA-256 %x, not %x", e.Got, e.Want)
}
