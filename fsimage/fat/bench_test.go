package fat_test

import (
	"bytes"
	"io"
	"testing"

	"coen/fsimage/fat"
)

// benchSize is the size of the one file: that of a signed GRUB and what goes
// with it.
const benchSize = 4 << 20

func BenchmarkWriter(b *testing.B) {
	data := make([]byte, benchSize)
	b.SetBytes(benchSize)
	for b.Loop() {
		w := fat.NewWriter(io.Discard, fat.Volume{})
		if err := w.Add(&fat.Header{Name: "file", Mode: 0o644, Size: benchSize}, bytes.NewReader(data)); err != nil {
			b.Fatal(err)
		}
		if err := w.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkReader(b *testing.B) {
	image := write(b, fat.Volume{}, tree...)
	b.SetBytes(int64(len(image)))
	for b.Loop() {
		open(b, image)
	}
}
