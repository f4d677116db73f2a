package verity

import (
	"errors"
	"fmt"
)

// A Writer computes the tree of what is written to it.
type Writer struct {
	salt    []byte
	uuid    [16]byte
	digests []byte
	partial []byte // less than a block
}

// NewWriter returns a Writer. The salt keeps trees of equal data apart, the uuid is
// told to whoever asks; both are stored in the superblock.
func NewWriter(salt []byte, uuid [16]byte) (*Writer, error) {
	if len(salt) > MaxSalt {
		return nil, fmt.Errorf("verity: salt of %d bytes is longer than %d", len(salt), MaxSalt)
	}
	return &Writer{salt: append([]byte(nil), salt...), uuid: uuid}, nil
}

// Write takes the next data. It does not fail.
func (w *Writer) Write(p []byte) (int, error) {
	n := len(p)
	if len(w.partial) > 0 {
		m := min(len(p), BlockSize-len(w.partial))
		w.partial = append(w.partial, p[:m]...)
		p = p[m:]
		if len(w.partial) < BlockSize {
			return n, nil
		}
		w.digests = append(w.digests, digest(w.salt, w.partial)...)
	}
	for ; len(p) >= BlockSize; p = p[BlockSize:] {
		w.digests = append(w.digests, digest(w.salt, p[:BlockSize])...)
	}
	w.partial = append(w.partial[:0], p...)
	return n, nil
}

// Tree returns the tree of all data written, which must be whole blocks.
func (w *Writer) Tree() (*Tree, error) {
	if len(w.partial) > 0 {
		return nil, fmt.Errorf("verity: data ends with %d bytes of a block of %d", len(w.partial), BlockSize)
	}
	if len(w.digests) == 0 {
		return nil, errors.New("verity: no data")
	}
	return newTree(w.salt, w.uuid, append([]byte(nil), w.digests...)), nil
}
