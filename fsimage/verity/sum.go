package verity

import (
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
)

// share is how many blocks a goroutine takes at a time.
const share = 256

// Sum computes the tree of the first size bytes of r, which must be whole blocks,
// by so many goroutines. It is what a [Writer] makes of the same data.
func Sum(r io.ReaderAt, size int64, salt []byte, uuid [16]byte, workers int) (*Tree, error) {
	if len(salt) > MaxSalt {
		return nil, fmt.Errorf("verity: salt of %d bytes is longer than %d", len(salt), MaxSalt)
	}
	if size <= 0 || size%BlockSize != 0 {
		return nil, fmt.Errorf("verity: %d bytes are not whole blocks of %d", size, BlockSize)
	}
	digests := make([]byte, size/BlockSize*hashSize)
	var next atomic.Int64
	errs := make([]error, max(1, workers))
	var all sync.WaitGroup
	for i := range errs {
		all.Go(func() {
			buffer := make([]byte, share*BlockSize)
			for errs[i] == nil {
				at := (next.Add(1) - 1) * share * BlockSize
				if at >= size {
					return
				}
				data := buffer[:min(share*BlockSize, size-at)]
				errs[i] = sum(r, at, salt, data, digests[at/BlockSize*hashSize:][:0])
			}
		})
	}
	all.Wait()
	if err := errors.Join(errs...); err != nil {
		return nil, fmt.Errorf("verity: %w", err)
	}
	return newTree(append([]byte(nil), salt...), uuid, digests), nil
}

// sum reads blocks and appends their digests.
func sum(r io.ReaderAt, at int64, salt, data, digests []byte) error {
	if n, err := r.ReadAt(data, at); n < len(data) {
		return err
	}
	for block := range chunks(data) {
		digests = append(digests, digest(salt, block)...)
	}
	return nil
}
