package xz

import (
	"bytes"
	"io"
	"testing"
)

// FuzzReader decompresses arbitrary bytes, in a stream and by blocks. Both must
// agree.
func FuzzReader(f *testing.F) {
	for name := range files {
		f.Add(testFile(f, name))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		const limit = 1 << 20
		var streamed []byte
		z, err := NewReader(bytes.NewReader(raw))
		if err == nil {
			streamed, err = io.ReadAll(io.LimitReader(z, limit))
		}
		var parallel []byte
		p, perr := Open(bytes.NewReader(raw), int64(len(raw)), 2)
		if perr == nil {
			parallel, perr = io.ReadAll(io.LimitReader(p, limit))
			p.Close()
		}
		if (err == nil) != (perr == nil) || err == nil && !bytes.Equal(streamed, parallel) {
			t.Fatalf("streamed %d bytes, %v; parallel %d bytes, %v", len(streamed), err, len(parallel), perr)
		}
	})
}

// FuzzChunks decodes arbitrary LZMA2 chunks, which no checksum guards.
func FuzzChunks(f *testing.F) {
	raw := testFile(f, "lp3")
	f.Add(raw[24:], 4096)
	f.Add([]byte("\x01\x00\x02abc\xe0\x00\x10\x00\x20\x5d\x00"+noise), 1<<16)
	f.Fuzz(func(t *testing.T, chunks []byte, dictSize int) {
		d := new(lzma2)
		d.reset(newInput(bytes.NewReader(chunks)), dictSize&0xffff+4096)
		for total := 0; total < 8<<20; {
			piece, err := d.next()
			if err != nil || piece == nil {
				return
			}
			total += len(piece)
		}
	})
}
