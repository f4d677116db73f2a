package iso9660

import (
	"bytes"
	"crypto/sha256"
	"testing"
)

// benchSize is the size of the one file that matters, about that of a small
// live system.
const benchSize = 256 << 20

// BenchmarkWriter writes an image and hashes it on the way.
func BenchmarkWriter(b *testing.B) {
	data := make([]byte, benchSize)
	b.SetBytes(benchSize)
	for b.Loop() {
		h := sha256.New()
		w := NewWriter(h, Volume{Name: "BENCH", Joliet: true})
		if err := w.Add(&Header{Name: "live/filesystem.squashfs", Mode: 0o644, Size: benchSize}, bytes.NewReader(data)); err != nil {
			b.Fatal(err)
		}
		if err := w.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkReader(b *testing.B) {
	image := write(b, volumes["hybrid"], tree...)
	b.SetBytes(int64(len(image)))
	for b.Loop() {
		open(b, image)
	}
}
