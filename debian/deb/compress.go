package deb

import (
	"bufio"
	"compress/gzip"
	"fmt"
	"io"

	"github.com/klauspost/compress/zstd"

	"coen/debian/xz"
)

// decompress returns the bytes of a tar archive whose name ends in suffix.
func decompress(suffix string, r io.Reader) (io.ReadCloser, error) {
	switch suffix {
	case "":
		return io.NopCloser(r), nil
	case ".gz":
		return gzip.NewReader(bufio.NewReaderSize(r, 64<<10))
	case ".xz":
		z, err := xz.NewReader(r)
		return io.NopCloser(z), err
	case ".zst":
		// Concurrency 1 decodes in the caller's goroutine.
		z, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1),
			zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxWindow))
		if err != nil {
			return nil, err
		}
		return z.IOReadCloser(), nil
	}
	return nil, fmt.Errorf("compression %q is not supported", suffix)
}

// meter counts what is read and fails when that is more than max bytes.
type meter struct {
	r      io.Reader
	n, max int64
}

func (m *meter) Read(p []byte) (int, error) {
	n, err := m.r.Read(p)
	m.n += int64(n)
	if m.n > m.max {
		return 0, fmt.Errorf("unpacks to more than the %d bytes allowed", m.max)
	}
	return n, err
}

// allowance is how many bytes an archive of size compressed bytes may unpack
// to, if the constant limit is max.
func allowance(size, max int64) int64 {
	if size > (max-FreeBytes)/MaxRatio {
		return max
	}
	return FreeBytes + size*MaxRatio
}
