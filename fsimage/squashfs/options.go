package squashfs

import (
	"fmt"
	"runtime"
	"time"
)

// Options are the choices a Writer leaves to its caller. The zero value is ready
// to use.
type Options struct {
	// BlockSize is a power of two from 4 KiB to 1 MiB. 0 means DefaultBlockSize.
	BlockSize int

	// Level says how hard to compress.
	Level Level

	// ModTime is the time of the image itself. The zero Time stands for 1970-01-01.
	ModTime time.Time

	// Workers is how many blocks are compressed at a time. The image does not depend
	// on it. 0 means one for each processor.
	Workers int

	// Cache, if not nil, keeps compressed blocks from one image to the next. The
	// image does not depend on it.
	Cache Cache
}

// A Level says how hard to compress. Each is the encoder level of that name in
// github.com/klauspost/compress/zstd.
type Level int

const (
	Best Level = iota
	Better
	Default
	Fastest
	Store // no compression at all
)

// zstdLevels are the levels of the reference implementation of Zstandard that do
// about the same. The image tells them to whoever asks; nobody decompresses by
// them.
var zstdLevels = map[Level]uint32{Best: 11, Better: 7, Default: 3, Fastest: 1}

// A Cache keeps compressed blocks under digests of what they hold. Its methods are
// called by several goroutines at a time. Get returns what was put under the key,
// or nothing: it must not take what is damaged, or was put there by others, for
// that.
type Cache interface {
	Get(key [32]byte) (value []byte, ok bool)
	Put(key [32]byte, value []byte)
}

// complete returns options with every default filled in.
func (o *Options) complete() (Options, error) {
	var c Options
	if o != nil {
		c = *o
	}
	if c.BlockSize == 0 {
		c.BlockSize = DefaultBlockSize
	}
	if c.Workers == 0 {
		c.Workers = runtime.GOMAXPROCS(0)
	}
	if err := checkBlockSize(c.BlockSize); err != nil {
		return c, err
	}
	if c.Level < Best || c.Level > Store {
		return c, fmt.Errorf("unknown level %d", c.Level)
	}
	if c.Workers < 0 {
		return c, fmt.Errorf("%d workers", c.Workers)
	}
	_, err := seconds(c.ModTime)
	return c, err
}
