package verify

import (
	"bufio"
	"bytes"
	"fmt"
	"io"

	"coen/image"
	"coen/inspect"
	"coen/medium"
)

// maxPart bounds a part of an image that is held in memory, in bytes.
const maxPart = 256 << 20

// layOut makes the image again around the compressed parts of the one that is
// checked, and compares the bytes on the way.
func layOut(img *inspect.Image, s *image.System, to Scratch) (*inspect.Image, *comparer, error) {
	root, err := rootBytes(img)
	if err != nil {
		return nil, nil, unreadableError{err}
	}
	parts := &image.Parts{Root: root}
	if parts.Initramfs, err = sameInside(img, medium.Initramfs, s.Initramfs, openInitramfs); err != nil {
		return nil, nil, err
	}
	if parts.Provenance, err = sameInside(img, medium.Provenance, s.Provenance, (*inspect.Image).OpenProvenance); err != nil {
		return nil, nil, err
	}
	if err := s.CompressSmall(parts); err != nil {
		return nil, nil, err
	}
	c := &comparer{found: img.Bytes()}
	out := bufio.NewWriterSize(io.MultiWriter(io.NewOffsetWriter(to, 0), c), 1<<20)
	done, err := s.Write(parts, out)
	if err == nil {
		err = out.Flush()
	}
	if err != nil {
		return nil, nil, err
	}
	again, err := inspect.Open(to, done.Size)
	return again, c, err
}

// rootBytes returns the compressed root file system, which must be whole blocks.
func rootBytes(img *inspect.Image) (*io.SectionReader, error) {
	f, err := img.File(medium.Root)
	if err != nil {
		return nil, fmt.Errorf("root file system: %w", err)
	}
	const block = 4096
	if f.Size() == 0 || f.Size()%block != 0 {
		return nil, fmt.Errorf("root file system: %d bytes are not whole blocks of %d", f.Size(), block)
	}
	return f, nil
}

func openInitramfs(img *inspect.Image) (io.ReadCloser, error) {
	a, err := img.Initramfs()
	if err != nil {
		return nil, err
	}
	return a.Open()
}

// sameInside returns the compressed bytes of a file of the image if they hold what
// they should, and else nil.
func sameInside(img *inspect.Image, name string, want []byte, open func(*inspect.Image) (io.ReadCloser, error)) ([]byte, error) {
	packed, err := img.File(name)
	if err != nil || packed.Size() > maxPart {
		return nil, nil
	}
	unpacked, err := open(img)
	if err != nil {
		return nil, nil
	}
	defer unpacked.Close()
	c := &comparer{found: bytes.NewReader(want)}
	if _, err := io.Copy(c, unpacked); err != nil || !c.same() {
		return nil, nil
	}
	return io.ReadAll(packed)
}
