package iso9660

import (
	"errors"
	"fmt"
	"io"
)

// An image is the output, with a sticky error.
type image struct {
	w   io.Writer
	n   int64
	err error
}

func (im *image) Write(b []byte) (int, error) {
	if im.err != nil {
		return 0, im.err
	}
	n, err := im.w.Write(b)
	im.n, im.err = im.n+int64(n), err
	return n, err
}

// seek writes zeros up to an offset.
func (im *image) seek(offset int64) {
	var zero [32 << 10]byte
	if offset < im.n && im.err == nil {
		im.err = fmt.Errorf("layout overlaps at offset %d", offset)
	}
	for im.n < offset && im.err == nil {
		im.Write(zero[:min(offset-im.n, int64(len(zero)))])
	}
}

func (im *image) seekBlock(block uint32) { im.seek(int64(block) * blockSize) }

// write writes the image.
func (l *layout) write(w io.Writer) error {
	im := &image{w: w}
	if l.volume.Hybrid != nil {
		im.Write(l.mbr().encode())
		im.Write(l.gpt().primary())
	}
	im.seekBlock(systemBlocks)
	l.writeDescriptors(im)
	for _, h := range l.hierarchies {
		for i, block := range h.tables {
			im.seekBlock(block)
			im.Write(h.table(i == 1))
		}
	}
	for _, h := range l.hierarchies {
		for _, d := range h.dirs {
			im.seekBlock(d.extent.block)
			im.Write(d.encode())
			im.Write(pad(d.continuation.buf))
		}
	}
	if len(l.volume.Boot) > 0 {
		im.seekBlock(l.catalog)
		im.Write(l.bootCatalog())
	}
	for _, n := range l.files {
		im.seekBlock(n.extents[0].block)
		if err := l.copy(im, n); err != nil {
			return fmt.Errorf("write %q: %w", n.Name, err)
		}
	}
	if l.volume.Hybrid != nil {
		im.seek(int64(l.blocks)*blockSize - gptSectors*sectorSize)
		im.Write(l.gpt().backup())
	}
	im.seekBlock(l.blocks)
	return im.err
}

func (l *layout) writeDescriptors(im *image) {
	im.Write(l.descriptor(l.hierarchies[0]))
	if len(l.volume.Boot) > 0 {
		im.Write(l.bootRecord())
	}
	for _, h := range l.hierarchies[1:] {
		im.Write(l.descriptor(h))
	}
	im.Write(newDescriptor(typeTerminator))
}

// copy writes the content of a file, of exactly the length its header says.
func (l *layout) copy(im *image, n *node) error {
	for i := range l.volume.Boot {
		if b := &l.volume.Boot[i]; b.InfoTable && b.Name == n.Name {
			return l.copyPatched(im, n)
		}
	}
	if _, err := io.CopyN(im, n.content, n.Size); err == io.EOF {
		return errors.New("content is shorter than its size")
	} else if err != nil {
		return err
	}
	return n.drained()
}

// copyPatched writes a boot image with its info table, which holds a checksum
// of what comes behind it.
func (l *layout) copyPatched(im *image, n *node) error {
	file := make([]byte, n.Size)
	if _, err := io.ReadFull(n.content, file); err == io.EOF || err == io.ErrUnexpectedEOF {
		return errors.New("content is shorter than its size")
	} else if err != nil {
		return err
	}
	copy(file[infoTableStart:], infoTable(file, n.extents[0].block))
	im.Write(file)
	return n.drained()
}

// drained returns an error unless all content has been read.
func (n *node) drained() error {
	var more [1]byte
	if k, err := io.ReadFull(n.content, more[:]); k > 0 {
		return errors.New("content is longer than its size")
	} else if err != io.EOF {
		return err
	}
	return nil
}
