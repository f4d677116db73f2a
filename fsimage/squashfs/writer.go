package squashfs

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/bits"
)

// ErrWriteAfterClose is returned by Add on a closed Writer.
var ErrWriteAfterClose = errors.New("squashfs: write after close")

// A Writer makes an image. Add adds entries, Close completes the image.
type Writer struct {
	options  Options
	out      *imageWriter
	pipeline *pipeline
	data     *dataWriter
	nodes    map[string]*inode
	size     int64
	err      error
	closed   bool
}

// NewWriter returns a Writer that writes an image to w, from front to back except
// for the superblock, its first 96 bytes, which it writes last. A nil o means the
// zero Options.
//
// The Writer runs goroutines until Close is called.
func NewWriter(w io.WriterAt, o *Options) (*Writer, error) {
	options, err := o.complete()
	if err != nil {
		return nil, fmt.Errorf("squashfs: %w", err)
	}
	out := &imageWriter{w: w, position: superblockSize}
	if err := out.write(compressorOptions(options.Level)); err != nil {
		return nil, fmt.Errorf("squashfs: %w", err)
	}
	p, err := newPipeline(out, &options)
	if err != nil {
		return nil, fmt.Errorf("squashfs: %w", err)
	}
	return &Writer{
		options:  options,
		out:      out,
		pipeline: p,
		data:     newDataWriter(p, &options),
		nodes:    make(map[string]*inode),
	}, nil
}

// compressorOptions is what follows the superblock: one stored metadata block with
// the level, for those who ask.
func compressorOptions(level Level) []byte {
	if level == Store {
		return nil
	}
	b := binary.LittleEndian.AppendUint16(nil, 4|metadataStored)
	return binary.LittleEndian.AppendUint32(b, zstdLevels[level])
}

// Add adds an entry, with its content if it is a regular file and no hard link, and
// else with nil.
//
// Entries may come in any order, but a hard link after what it links to. Every
// directory, the root "." too, is an entry of its own. Contents are laid out in
// the order of Add; nothing else of the image depends on that order. What belongs
// together goes together: it compresses better, and a disc reads it faster.
//
// Content is read here or later, by several goroutines, until Close returns.
func (w *Writer) Add(h *Header, content Content) error {
	if w.closed {
		return ErrWriteAfterClose
	}
	if w.err != nil {
		return w.err
	}
	node, err := w.node(h, content)
	if err != nil {
		w.err = fmt.Errorf("squashfs: %q: %w", h.Name, err)
		return w.err
	}
	w.nodes[h.Name] = node
	if content != nil {
		// What fails here may be the content of an earlier file; errors name it.
		node.data, err = w.data.add(h.Name, content)
		w.err = prefix(err)
	}
	return w.err
}

// node returns a new inode, or for a hard link the one it is another name of.
func (w *Writer) node(h *Header, content Content) (*inode, error) {
	if err := checkName(h.Name); err != nil {
		return nil, err
	}
	if w.nodes[h.Name] != nil {
		return nil, errors.New("added twice")
	}
	if h.Hardlink != "" {
		return w.link(h, content)
	}
	if err := h.check(content); err != nil {
		return nil, err
	}
	node := &inode{header: *h, names: 1}
	node.header.Xattrs = maps.Clone(h.Xattrs)
	return node, nil
}

func (w *Writer) link(h *Header, content Content) (*inode, error) {
	node := w.nodes[h.Hardlink]
	switch {
	case content != nil:
		return nil, errors.New("hard link with content")
	case node == nil:
		return nil, fmt.Errorf("hard link to %q, which is not an earlier entry", h.Hardlink)
	case node.header.Mode.IsDir():
		return nil, fmt.Errorf("hard link to %q, a directory", h.Hardlink)
	}
	node.names++
	return node, nil
}

// Close completes the image and ends the goroutines. Without Close, or when it
// fails, what was written is no image. The underlying writer stays open.
func (w *Writer) Close() error {
	if w.closed {
		return w.err
	}
	w.closed = true
	if w.err == nil {
		w.err = prefix(w.data.flush())
	}
	if err := w.pipeline.close(); w.err == nil {
		w.err = prefix(err)
	}
	if w.err == nil {
		w.err = prefix(w.complete())
	}
	return w.err
}

func prefix(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("squashfs: %w", err)
}

// Size returns the size of the image in bytes, a multiple of 4096, after Close.
func (w *Writer) Size() int64 { return w.size }

// complete writes everything that follows the contents, and the superblock.
func (w *Writer) complete() error {
	root, err := linkTree(w.nodes)
	if err != nil {
		return err
	}
	c, err := newCompressor(&w.options)
	if err != nil {
		return err
	}
	s := w.superblock()
	t := newTables(c)
	s.Inodes = number(root)
	if s.Root, err = t.addTree(root, s.Inodes); err != nil {
		return err
	}
	if err := w.writeTables(s, t); err != nil {
		return err
	}
	s.Size = w.out.position
	padding := -s.Size % imageAlignment
	if err := w.out.write(zeros[:padding]); err != nil {
		return err
	}
	w.size = int64(w.out.position)
	_, err = w.out.w.WriteAt(s.encode(), 0)
	return err
}

func (w *Writer) superblock() *superblock {
	mtime, _ := seconds(w.options.ModTime) // checked with the options
	s := &superblock{
		Magic:      [4]byte([]byte(magic)),
		ModTime:    mtime,
		BlockSize:  uint32(w.options.BlockSize),
		BlockLog:   uint16(bits.TrailingZeros(uint(w.options.BlockSize))),
		Fragments:  w.data.fragments,
		Compressor: compressorZstd,
		Flags:      flagTailFragments | flagDuplicates | flagExportable | flagOptions,
		Major:      versionMajor,
		Minor:      versionMinor,
	}
	if w.options.Level == Store {
		s.Flags = s.Flags&^flagOptions | flagsStored
	}
	return s
}

// writeTables writes the tables in the order that Linux checks: each must end
// where the next begins.
func (w *Writer) writeTables(s *superblock, t *tables) error {
	s.InodeTable = w.out.position
	if err := w.out.write(t.inodes.finish()); err != nil {
		return err
	}
	s.DirTable = w.out.position
	if err := w.out.write(t.dirs.finish()); err != nil {
		return err
	}
	s.IDs = uint16(len(t.ids.list))
	for _, table := range []struct {
		entries []byte
		start   *uint64
	}{
		{w.data.table, &s.FragmentTable},
		{t.export, &s.ExportTable},
		{t.ids.encode(), &s.IDTable},
	} {
		raw, index := indexed(table.entries, w.out.position, t.c)
		*table.start = index
		if err := w.out.write(raw); err != nil {
			return err
		}
	}
	return w.writeXattrs(s, t)
}

func (w *Writer) writeXattrs(s *superblock, t *tables) error {
	s.XattrTable = none64
	if len(t.xattrs.ids) == 0 {
		s.Flags |= flagNoXattrs
		return nil
	}
	start := w.out.position
	if err := w.out.write(t.xattrs.pairs.finish()); err != nil {
		return err
	}
	table, index := t.xattrs.indexed(start, w.out.position, t.c)
	s.XattrTable = index
	return w.out.write(table)
}
