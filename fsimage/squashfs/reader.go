package squashfs

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/klauspost/compress/zstd"
)

// A Reader reads an image. It is an [fs.FS] and more; see [Reader.Open]. Its
// methods can be called by several goroutines at a time.
//
// Images are not trusted: whatever they hold, a Reader allocates little, and what
// it cannot make sense of is an error.
type Reader struct {
	r       io.ReaderAt
	s       *superblock
	decoder *zstd.Decoder

	metadata *blockCache
	data     *blockCache
}

// compressors are the names of the format's numbers.
var compressors = map[uint16]string{1: "gzip", 2: "lzma", 3: "lzo", 4: "xz", 5: "lz4", compressorZstd: "zstd"}

// How many decompressed blocks a Reader keeps.
const (
	keepMetadata = 256 // 2 MiB
	keepData     = 8   // up to 8 MiB
)

// NewReader returns a Reader of the image in the first size bytes of r. The image
// may be followed by padding.
func NewReader(r io.ReaderAt, size int64) (*Reader, error) {
	raw := make([]byte, superblockSize)
	if err := readFull(r, raw, 0); err != nil {
		return nil, fmt.Errorf("squashfs: superblock: %w", err)
	}
	s, err := decodeSuperblock(raw)
	if err != nil {
		return nil, fmt.Errorf("squashfs: %w", err)
	}
	if err := s.checkTables(size); err != nil {
		return nil, fmt.Errorf("squashfs: %w", err)
	}
	decoder, err := zstd.NewReader(nil,
		zstd.WithDecodeAllCapLimit(true),
		zstd.WithDecoderMaxWindow(uint64(max(s.BlockSize, metadataSize))))
	if err != nil {
		return nil, fmt.Errorf("squashfs: %w", err)
	}
	return &Reader{
		r:        r,
		s:        s,
		decoder:  decoder,
		metadata: newBlockCache(keepMetadata),
		data:     newBlockCache(keepData),
	}, nil
}

func (s *superblock) checkTables(size int64) error {
	switch {
	case s.Compressor != compressorZstd:
		return fmt.Errorf("compressor %d (%s) is not supported, only zstd", s.Compressor, compressors[s.Compressor])
	case s.Size > uint64(max(size, 0)):
		return fmt.Errorf("image of %d bytes, of which there are %d", s.Size, size)
	case s.InodeTable >= s.DirTable || s.DirTable > s.Size:
		return errors.New("tables overlap or are outside the image")
	}
	return nil
}

// ModTime returns the time of the image itself.
func (r *Reader) ModTime() time.Time { return time.Unix(int64(r.s.ModTime), 0).UTC() }

// BlockSize returns the size of data blocks in bytes.
func (r *Reader) BlockSize() int { return int(r.s.BlockSize) }

// read returns size bytes of the image from a position.
func (r *Reader) read(position, size uint64) ([]byte, error) {
	if position > r.s.Size || size > r.s.Size-position {
		return nil, fmt.Errorf("block of %d bytes at %d is outside the image", size, position)
	}
	raw := make([]byte, size)
	return raw, readFull(r.r, raw, int64(position))
}

// decompress returns the content of a compressed block, which has at most limit
// bytes.
func (r *Reader) decompress(raw []byte, limit int) ([]byte, error) {
	out, err := r.decoder.DecodeAll(raw, make([]byte, 0, limit))
	if err == nil && len(out) == 0 {
		err = errors.New("empty block")
	}
	return out, err
}

// dataBlock returns the content of a data or fragment block. size is as in block
// lists, but no hole. The content is shared: it must not be changed.
func (r *Reader) dataBlock(position uint64, size uint32) ([]byte, error) {
	key := blockKey{position, size}
	if b, ok := r.data.get(key); ok {
		return b.content, nil
	}
	n := size &^ blockStored
	if n == 0 || n > r.s.BlockSize {
		return nil, fmt.Errorf("data block of %d bytes", n)
	}
	content, err := r.read(position, uint64(n))
	if err == nil && size&blockStored == 0 {
		content, err = r.decompress(content, int(r.s.BlockSize))
	}
	if err != nil {
		return nil, fmt.Errorf("data block at %d: %w", position, err)
	}
	r.data.put(key, cachedBlock{content: content})
	return content, nil
}

// metadataBlock returns the content of the metadata block at a position, and the
// position behind it.
func (r *Reader) metadataBlock(position uint64) (content []byte, next uint64, err error) {
	key := blockKey{position: position}
	if b, ok := r.metadata.get(key); ok {
		return b.content, b.next, nil
	}
	content, next, err = r.decodeMetadata(position)
	if err != nil {
		return nil, 0, fmt.Errorf("metadata block at %d: %w", position, err)
	}
	r.metadata.put(key, cachedBlock{content, next})
	return content, next, nil
}

func (r *Reader) decodeMetadata(position uint64) (content []byte, next uint64, err error) {
	head, err := r.read(position, 2)
	if err != nil {
		return nil, 0, err
	}
	size := binary.LittleEndian.Uint16(head)
	n := uint64(size &^ metadataStored)
	if n == 0 || n > metadataSize {
		return nil, 0, fmt.Errorf("size %d", n)
	}
	content, err = r.read(position+2, n)
	if err == nil && size&metadataStored == 0 {
		content, err = r.decompress(content, metadataSize)
	}
	return content, position + 2 + n, err
}

// entry returns the i-th entry of a table that is found by number.
func (r *Reader) entry(index uint64, i uint32, size int) ([]byte, error) {
	at := uint64(i) * uint64(size)
	pointer := at / metadataSize * 8
	if index > r.s.Size {
		return nil, errors.New("table is outside the image")
	}
	raw, err := r.read(index+pointer, 8)
	if err != nil {
		return nil, err
	}
	content, _, err := r.metadataBlock(binary.LittleEndian.Uint64(raw))
	if err != nil {
		return nil, err
	}
	offset := int(at % metadataSize)
	if offset+size > len(content) {
		return nil, errors.New("table ends early")
	}
	return content[offset : offset+size], nil
}

// id returns a user or group id.
func (r *Reader) id(i uint16) (uint32, error) {
	if i >= r.s.IDs {
		return 0, fmt.Errorf("id %d of %d", i, r.s.IDs)
	}
	raw, err := r.entry(r.s.IDTable, uint32(i), 4)
	if err != nil {
		return 0, fmt.Errorf("id table: %w", err)
	}
	return binary.LittleEndian.Uint32(raw), nil
}
