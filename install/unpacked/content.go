package unpacked

import (
	"crypto/sha256"
	"fmt"
	"io"
	"sync"
)

// A content is a piece of a large value with a known digest.
type content struct {
	*io.SectionReader
	sum  [32]byte
	once sync.Once
	err  error
}

// SHA256 returns the digest that the content has to have.
func (c *content) SHA256() [32]byte { return c.sum }

// ReadAt implements [io.ReaderAt]. The first call checks all of the content.
func (c *content) ReadAt(p []byte, offset int64) (int, error) {
	if c.once.Do(c.check); c.err != nil {
		return 0, c.err
	}
	return c.SectionReader.ReadAt(p, offset)
}

func (c *content) check() {
	h := sha256.New()
	if _, err := io.Copy(h, io.NewSectionReader(c.SectionReader, 0, c.Size())); err != nil {
		c.err = &DamagedError{err}
	} else if got := [32]byte(h.Sum(nil)); got != c.sum {
		c.err = &DamagedError{fmt.Errorf("content has SHA-256 %x, not %x", got, c.sum)}
	}
}

// A DamagedError says that the cache does not have what it had.
type DamagedError struct{ err error }

func (e *DamagedError) Error() string { return "damaged cache: " + e.err.Error() }

// Unwrap returns what is wrong.
func (e *DamagedError) Unwrap() error { return e.err }
