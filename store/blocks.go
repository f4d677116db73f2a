package store

import (
	"encoding/hex"
	"os"
	"path/filepath"
)

// Blocks keeps what was computed from a block of bytes under a key of it, such
// as its compressed form, from one build to the next. It lies beside the objects
// of a store, below blocks/, and can be deleted at any time.
//
// Unlike objects, what Get returns is not checked: the caller must be able to
// tell. Failing to keep something is no error, since it costs only time.
type Blocks struct{ dir string }

// Blocks returns the block cache of the store.
func (s *Store) Blocks() Blocks { return Blocks{filepath.Join(s.dir, "blocks")} }

func (b Blocks) path(key [32]byte) string {
	name := hex.EncodeToString(key[:])
	return filepath.Join(b.dir, name[:2], name[2:])
}

// Get returns what was put under key, if it is there.
func (b Blocks) Get(key [32]byte) ([]byte, bool) {
	data, err := os.ReadFile(b.path(key))
	return data, err == nil
}

// Put keeps value under key.
func (b Blocks) Put(key [32]byte, value []byte) {
	name := b.path(key)
	if os.MkdirAll(filepath.Dir(name), 0o700) != nil {
		return
	}
	f, err := os.CreateTemp(filepath.Dir(name), ".new-*")
	if err != nil {
		return
	}
	_, err = f.Write(value)
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err != nil || os.Rename(f.Name(), name) != nil {
		_ = os.Remove(f.Name())
	}
}
