package inspect

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"

	"coen/fsimage/cpio"
	"coen/medium"

	"github.com/klauspost/compress/zstd"
)

// An Initramfs is the compressed archive that the kernel unpacks at first.
type Initramfs struct {
	// Compression is "zstd", "gzip" or "none".
	Compression string
	// Packed gives the bytes as they lie on the medium.
	Packed *io.SectionReader
}

// Initramfs finds out how the initramfs is compressed.
func (i *Image) Initramfs() (*Initramfs, error) {
	f, err := i.File(medium.Initramfs)
	if err != nil {
		return nil, fmt.Errorf("initramfs: %w", err)
	}
	a := &Initramfs{Packed: f}
	head := make([]byte, 6)
	if _, err := f.ReadAt(head, 0); err != nil {
		return nil, fmt.Errorf("initramfs: %w", err)
	}
	switch {
	case bytes.HasPrefix(head, []byte{0x28, 0xB5, 0x2F, 0xFD}):
		a.Compression = "zstd"
	case bytes.HasPrefix(head, []byte{0x1F, 0x8B}):
		a.Compression = "gzip"
	case string(head) == "070701":
		a.Compression = "none"
	default:
		return nil, fmt.Errorf("initramfs: starts with %q, which is no compression that is known", head)
	}
	return a, nil
}

// maxWindow is the largest window in bytes of a compressed initramfs: the kernel
// has no more either.
const maxWindow = 128 << 20

// Open returns the unpacked archive. It fails after 256 MiB.
func (a *Initramfs) Open() (io.ReadCloser, error) {
	packed := io.NewSectionReader(a.Packed, 0, a.Packed.Size())
	var unpacked io.ReadCloser
	switch a.Compression {
	case "zstd":
		z, err := zstd.NewReader(packed, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxWindow))
		if err != nil {
			return nil, fmt.Errorf("initramfs: %w", err)
		}
		unpacked = z.IOReadCloser()
	case "gzip":
		z, err := gzip.NewReader(packed)
		if err != nil {
			return nil, fmt.Errorf("initramfs: %w", err)
		}
		unpacked = z
	default:
		unpacked = io.NopCloser(packed)
	}
	return &bounded{ReadCloser: unpacked, left: maxUnpack}, nil
}

// bounded fails when more is read than may be.
type bounded struct {
	io.ReadCloser
	left int64
}

var errTooLarge = errors.New("unpacks to more than is allowed")

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return 0, errTooLarge
	}
	return n, err
}

// Walk calls fn for every entry of the archive, in its order. Content is nil
// unless the entry is a regular file, and good until fn returns. An error of fn
// ends the walk and is returned.
func (a *Initramfs) Walk(fn func(h *cpio.Header, content io.Reader) error) error {
	unpacked, err := a.Open()
	if err != nil {
		return err
	}
	defer unpacked.Close()
	archive := cpio.NewReader(bufio.NewReaderSize(unpacked, 1<<16))
	for {
		h, err := archive.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("initramfs: %w", err)
		}
		var content io.Reader
		if h.Mode.IsRegular() && h.Hardlink == "" {
			content = archive
		}
		if err := fn(h, content); err != nil {
			return err
		}
	}
}
