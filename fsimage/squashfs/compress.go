package squashfs

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"

	"github.com/klauspost/compress/zstd"
)

// Encoder names the encoder of zstd, for keys of caches: another release may choose
// other, equally valid bytes. A test holds it to go.mod.
const Encoder = "github.com/klauspost/compress v1.20.3"

// A compressor compresses blocks, one at a time.
type compressor struct {
	encoder *zstd.Encoder // nil to store everything
	cache   Cache
	salt    [32]byte // of cache keys
}

func newCompressor(o *Options) (*compressor, error) {
	c := &compressor{cache: o.Cache}
	level, ok := map[Level]zstd.EncoderLevel{
		Best:    zstd.SpeedBestCompression,
		Better:  zstd.SpeedBetterCompression,
		Default: zstd.SpeedDefault,
		Fastest: zstd.SpeedFastest,
	}[o.Level]
	if !ok {
		return c, nil
	}
	c.salt = sha256.Sum256(fmt.Appendf(nil, "squashfs blocks 2 %s level %v window %d", Encoder, level, o.BlockSize))
	var err error
	c.encoder, err = zstd.NewWriter(nil,
		zstd.WithEncoderLevel(level),
		// One block is one frame, made by one goroutine.
		zstd.WithEncoderConcurrency(1),
		// Linux allocates a window of one block and refuses frames that want more.
		zstd.WithWindowSize(o.BlockSize),
		// The image as a whole is what gets verified; a checksum would add 4 bytes a
		// block, which Linux ignores.
		zstd.WithEncoderCRC(false))
	return c, err
}

// compress appends to dst the compressed form of raw. It returns nil if that is no
// smaller; then the format wants the block stored as it is.
func (c *compressor) compress(dst, raw []byte) []byte {
	if c.encoder == nil {
		return nil
	}
	out := c.encoder.EncodeAll(raw, dst)
	if len(out)-len(dst) >= len(raw) {
		return nil
	}
	return out
}

// compressData is compress for blocks of files. It does not try on what looks
// random.
func (c *compressor) compressData(dst, raw []byte) []byte {
	if c.encoder == nil || looksRandom(raw) {
		return nil
	}
	return c.compress(dst, raw)
}

// key returns the key of a block in the cache. It tells the content of the block by
// that of the files it is from, so that those need not be read.
func (c *compressor) key(parts []part) [32]byte {
	h := sha256.New()
	h.Write(c.salt[:])
	for _, p := range parts {
		h.Write(p.file.sum[:])
		var place [16]byte
		binary.LittleEndian.PutUint64(place[:], uint64(p.offset))
		binary.LittleEndian.PutUint64(place[8:], uint64(p.size))
		h.Write(place[:])
	}
	return [32]byte(h.Sum(nil))
}

// looksRandom reports whether all byte values are nearly equally frequent, as in
// kernel modules and pictures that are compressed already. Such blocks would gain
// less than a percent and cost as much time as any other.
//
// The measure is the chance that two bytes drawn from the block are equal. For
// random bytes it is 1/256 plus about 1/n; the bound allows 1/32 more than 1/256.
func looksRandom(raw []byte) bool {
	n := uint64(len(raw))
	if n < minRandom {
		return false
	}
	var count [256]uint32
	for _, b := range raw {
		count[b]++
	}
	var pairs uint64
	for _, c := range count {
		pairs += uint64(c) * uint64(c)
	}
	return pairs*256 <= n*n+n*n/32
}

// minRandom is the least size that looksRandom judges: below it chance varies more
// than its bound.
const minRandom = 16 << 10

// isZero reports whether b holds only zeros.
func isZero(b []byte) bool {
	for len(b) > len(zeros) {
		if !bytes.Equal(b[:len(zeros)], zeros[:]) {
			return false
		}
		b = b[len(zeros):]
	}
	return bytes.Equal(b, zeros[:len(b)])
}

var zeros [imageAlignment]byte
