package cache

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// Limit is the size in bytes that a user's cache is cut down to. All that a
// desktop image wants takes some 2 GB.
const Limit = 6 << 30

// A Cache is a folder of values. Its methods may be called concurrently, and
// several processes may use one folder.
type Cache struct {
	dir    string
	secret []byte
	limit  int64
	keep   bool // for another time

	mu   sync.Mutex
	open []*os.File
}

// User returns the cache in the user's folder of caches, with the secret in that
// of configurations.
func User() (*Cache, error) {
	dir, err := os.UserCacheDir()
	if err != nil {
		return nil, fmt.Errorf("cache: %w", err)
	}
	return Open(filepath.Join(dir, "coen", "cache"))
}

// Open returns the cache in dir, which is made if it is not there. The secret is
// the user's.
func Open(dir string) (*Cache, error) {
	config, err := os.UserConfigDir()
	if err != nil {
		return nil, fmt.Errorf("cache: %w", err)
	}
	return open(dir, filepath.Join(config, "coen", "cache.secret"), Limit)
}

func open(dir, secretFile string, limit int64) (*Cache, error) {
	secret, err := readSecret(secretFile)
	if err != nil {
		return nil, fmt.Errorf("cache: %w", err)
	}
	if err := os.MkdirAll(filepath.Join(dir, files), 0o700); err != nil {
		return nil, fmt.Errorf("cache: %w", err)
	}
	return &Cache{dir: dir, secret: secret, limit: limit, keep: true}, nil
}

// Temporary returns a cache that knows nothing and keeps nothing. Large values
// lie in dir until Close.
func Temporary(dir string) *Cache { return &Cache{dir: dir} }

// files is the subfolder of large values.
const files = "files"

// Dir returns the folder of the cache.
func (c *Cache) Dir() string { return c.dir }

func (c *Cache) value(key [32]byte) string {
	name := hex.EncodeToString(key[:])
	return filepath.Join(c.dir, name[:2], name[2:])
}

func (c *Cache) file(key [32]byte) string {
	return filepath.Join(c.dir, files, hex.EncodeToString(key[:]))
}

// Get returns what was put under key, if it is there and unchanged.
func (c *Cache) Get(key [32]byte) ([]byte, bool) {
	if !c.keep {
		return nil, false
	}
	sealed, err := os.ReadFile(c.value(key))
	if err != nil || len(sealed) < sha256.Size {
		return nil, false
	}
	value := sealed[sha256.Size:]
	if !hmac.Equal(sealed[:sha256.Size], c.seal(key, value)) {
		return nil, false
	}
	touch(c.value(key))
	return value, true
}

// Put keeps a value under key. Failing to is no error, since it costs only time.
func (c *Cache) Put(key [32]byte, value []byte) {
	if !c.keep {
		return
	}
	name := c.value(key)
	if os.MkdirAll(filepath.Dir(name), 0o700) != nil {
		return
	}
	f, err := os.CreateTemp(filepath.Dir(name), ".new-*")
	if err != nil {
		return
	}
	_, err = f.Write(append(c.seal(key, value), value...))
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err != nil || os.Rename(f.Name(), name) != nil {
		_ = os.Remove(f.Name())
	}
}

func (c *Cache) seal(key [32]byte, value []byte) []byte {
	h := hmac.New(sha256.New, c.secret)
	h.Write(key[:])
	h.Write(value)
	return h.Sum(nil)
}

// Open returns the large value under key, if it is there. It is not checked. It
// can be read until Close.
func (c *Cache) Open(key [32]byte) (io.ReaderAt, bool) {
	if !c.keep {
		return nil, false
	}
	f, err := os.Open(c.file(key))
	if err != nil {
		return nil, false
	}
	touch(f.Name())
	c.hold(f)
	return f, true
}

// Fill makes a large value, in place of any that is there. What write writes can
// be read until Close.
func (c *Cache) Fill(key [32]byte, write func(io.Writer) error) (io.ReaderAt, error) {
	dir := c.dir
	if c.keep {
		dir = filepath.Join(dir, files)
	}
	f, err := os.CreateTemp(dir, ".new-*")
	if err != nil {
		return nil, fmt.Errorf("cache: %w", err)
	}
	if err = write(f); err == nil && c.keep {
		err = os.Rename(f.Name(), c.file(key))
	}
	if err != nil || !c.keep {
		// What is open can be read even without a name.
		err = cmp.Or(err, os.Remove(f.Name()))
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	c.hold(f)
	return f, nil
}

func (c *Cache) hold(f *os.File) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.open = append(c.open, f)
}

// touch notes that a file was used.
func touch(name string) {
	now := time.Now()
	_ = os.Chtimes(name, now, now)
}

// Close ends the use of large values, and removes what is over the limit.
func (c *Cache) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, f := range c.open {
		f.Close()
	}
	c.open = nil
	if !c.keep {
		return nil
	}
	return c.trim()
}
