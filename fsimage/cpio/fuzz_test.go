package cpio

import (
	"bytes"
	"io"
	"testing"
)

// FuzzReader reads arbitrary bytes, and where the Writer accepts what was read,
// writes it and reads the same back.
func FuzzReader(f *testing.F) {
	archive := write(f, sample())
	f.Add(archive)
	f.Add(append(archive[:len(archive):len(archive)], archive...))
	f.Add(archive[:1000])
	f.Fuzz(func(t *testing.T, input []byte) {
		entries, _ := read(NewReader(bytes.NewReader(input)))
		var b bytes.Buffer
		w := NewWriter(&b)
		for _, e := range entries {
			if w.WriteHeader(&e.Header) != nil {
				return
			}
			if _, err := io.WriteString(w, e.content); err != nil {
				return
			}
		}
		if w.Close() != nil {
			return
		}
		again, err := read(NewReader(&b))
		if err != nil {
			t.Fatal(err)
		}
		if len(again) != len(entries) {
			t.Fatalf("wrote %d entries, read %d", len(entries), len(again))
		}
		for i := range again {
			same := again[i].Name == entries[i].Name && again[i].Mode.Type() == entries[i].Mode.Type()
			if entries[i].Hardlink == "" {
				same = same && again[i].Linkname == entries[i].Linkname &&
					again[i].Mode == entries[i].Mode && again[i].content == entries[i].content
			}
			if !same {
				t.Fatalf("wrote %+v, read %+v", entries[i], again[i])
			}
		}
	})
}

func BenchmarkWriter(b *testing.B) {
	entries := sample()
	for b.Loop() {
		write(b, entries)
	}
}
