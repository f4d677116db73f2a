package store

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"sync"

	"coen/internal/failure"
)

// A Store is a directory of objects. Its methods may be called concurrently.
type Store struct {
	dir      string
	verified sync.Map // of [32]byte: objects hashed before
}

// Open returns the store in dir, which is made if it does not exist.
func Open(dir string) (*Store, error) {
	for _, sub := range []string{"sha256", "partial"} {
		if err := os.MkdirAll(filepath.Join(dir, sub), 0o777); err != nil {
			return nil, fmt.Errorf("store: %w", err)
		}
	}
	return &Store{dir: dir}, nil
}

// Path returns where the object with a SHA-256 is, or would be.
func (s *Store) Path(sum [32]byte) string {
	name := hex.EncodeToString(sum[:])
	return filepath.Join(s.dir, "sha256", name[:2], name)
}

// An Object is an open file of the store.
type Object struct {
	*os.File
	Size int64 // bytes
}

// Get opens an object. The error is [fs.ErrNotExist] if the store does not have
// it, and a [failure.RefusedError] if its content is not what its name says.
// The caller closes the object.
func (s *Store) Get(sum [32]byte) (*Object, error) {
	f, err := os.Open(s.Path(sum))
	if err != nil {
		return nil, err
	}
	o, err := s.verify(f, sum)
	if err != nil {
		f.Close()
		return nil, err
	}
	return o, nil
}

func (s *Store) verify(f *os.File, sum [32]byte) (*Object, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	o := &Object{f, info.Size()}
	if _, done := s.verified.Load(sum); done {
		return o, nil
	}
	h := sha256.New()
	if _, err := io.Copy(h, io.NewSectionReader(f, 0, o.Size)); err != nil {
		return nil, err
	}
	if got := [32]byte(h.Sum(nil)); got != sum {
		return nil, failure.Refusef(f.Name(), "damaged: its content has SHA-256 %x", got)
	}
	s.verified.Store(sum, true)
	return o, nil
}

// Read returns the content of an object. It is meant for small ones.
func (s *Store) Read(sum [32]byte) ([]byte, error) {
	o, err := s.Get(sum)
	if err != nil {
		return nil, err
	}
	defer o.Close()
	content := make([]byte, o.Size)
	_, err = io.ReadFull(o, content)
	return content, err
}

// Has reports whether the store has the object, undamaged.
func (s *Store) Has(sum [32]byte) bool {
	o, err := s.Get(sum)
	if err != nil {
		return false
	}
	o.Close()
	return true
}

// Check hashes objects, several at a time, and returns for each what Get would.
func (s *Store) Check(sums [][32]byte) []error {
	errs := make([]error, len(sums))
	next := make(chan int)
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for i := range next {
				o, err := s.Get(sums[i])
				if errs[i] = err; err == nil {
					o.Close()
				}
			}
		})
	}
	for i := range sums {
		next <- i
	}
	close(next)
	workers.Wait()
	return errs
}

// Put adds content and returns its SHA-256.
func (s *Store) Put(content []byte) ([32]byte, error) {
	sum := sha256.Sum256(content)
	if s.Has(sum) {
		return sum, nil
	}
	f, err := os.CreateTemp(filepath.Join(s.dir, "partial"), "put-*")
	if err != nil {
		return sum, err
	}
	defer os.Remove(f.Name()) // fails after success, when it has another name
	defer f.Close()
	if _, err := io.Copy(f, bytes.NewReader(content)); err != nil {
		return sum, err
	}
	return sum, s.adopt(f, sum)
}

// adopt makes the complete and checked file f an object.
func (s *Store) adopt(f *os.File, sum [32]byte) error {
	if err := f.Sync(); err != nil {
		return err
	}
	target := s.Path(sum)
	if err := os.MkdirAll(filepath.Dir(target), 0o777); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), target); err != nil {
		return err
	}
	// Only now: a partial file that is left behind must stay writable.
	if err := f.Chmod(0o444); err != nil {
		return err
	}
	s.verified.Store(sum, true)
	return syncDir(filepath.Dir(target))
}

// syncDir makes a rename in dir durable, where directories can be synced.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	d.Sync()
	return nil
}
