package squashfs

import (
	"fmt"
	"io"
	"io/fs"
	"testing"
)

// benchTree is some 16 MB that compress about as programs do.
func benchTree() (entries []entry, size int64) {
	entries = []entry{{Header: Header{Name: ".", Mode: fs.ModeDir}}}
	text := prose()[1:]
	for i := range 400 {
		e := entry{Header{Name: fmt.Sprint(i)}, noise(1 << 16)[:1<<(i%16)] + text[i%len(text)].content[i*100%9999:]}
		entries = append(entries, e)
		size += int64(len(e.content))
	}
	return entries, size
}

func BenchmarkWrite(b *testing.B) {
	entries, size := benchTree()
	for level, name := range map[Level]string{Best: "best", Better: "better", Default: "default", Store: "store"} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(size)
			for b.Loop() {
				write(b, entries, &Options{Level: level})
			}
		})
	}
}

func BenchmarkRead(b *testing.B) {
	entries, size := benchTree()
	m := write(b, entries, nil)
	b.SetBytes(size)
	for b.Loop() {
		err := open(b, m).Walk(func(_ *Header, content Content) error {
			if content == nil {
				return nil
			}
			_, err := io.Copy(io.Discard, io.NewSectionReader(content, 0, content.Size()))
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}
