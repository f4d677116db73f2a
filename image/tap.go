package image

import (
	"crypto/sha256"
	"io"
)

// A tap hashes what is written to w, on a goroutine of its own, so that neither
// waits for the other.
type tap struct {
	w      io.Writer
	buffer []byte      // not yet written
	full   chan []byte // written, to be hashed
	free   chan []byte
	sum    chan [32]byte
}

// tapSize is the size in bytes of a buffer, and taps how many there are.
const (
	tapSize = 1 << 20
	taps    = 4
)

func newTap(w io.Writer) *tap {
	t := &tap{w: w, full: make(chan []byte, taps), free: make(chan []byte, taps), sum: make(chan [32]byte, 1)}
	for range taps {
		t.free <- make([]byte, 0, tapSize)
	}
	t.buffer = <-t.free
	go func() {
		h := sha256.New()
		for b := range t.full {
			h.Write(b)
			t.free <- b[:0]
		}
		t.sum <- [32]byte(h.Sum(nil))
	}()
	return t
}

func (t *tap) Write(p []byte) (int, error) {
	n := 0
	for n < len(p) {
		m := min(len(p)-n, tapSize-len(t.buffer))
		t.buffer = append(t.buffer, p[n:n+m]...)
		n += m
		if len(t.buffer) == tapSize {
			if err := t.flush(); err != nil {
				return n, err
			}
		}
	}
	return n, nil
}

func (t *tap) flush() error {
	_, err := t.w.Write(t.buffer)
	t.full <- t.buffer
	t.buffer = <-t.free
	return err
}

// close ends the goroutine and returns the SHA-256 of all that was written.
func (t *tap) close() ([32]byte, error) {
	err := t.flush()
	close(t.full)
	return <-t.sum, err
}
