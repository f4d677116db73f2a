package squashfs

import (
	"io/fs"
	"testing"
	"time"
)

// FuzzReader reads arbitrary bytes.
func FuzzReader(f *testing.F) {
	f.Add([]byte(plain(f)))
	f.Add([]byte(write(f, hostileSample(), &Options{BlockSize: 4096, Level: Fastest})))
	f.Fuzz(func(t *testing.T, m []byte) { explore(m) })
}

// FuzzWriter writes one entry of whatever kind and reads it back.
func FuzzWriter(f *testing.F) {
	f.Add("name", uint32(0o644), uint32(0), int64(1), "", "user.a", "value", "content")
	f.Add("link", uint32(0o777|1<<27), uint32(0), int64(1), "target", "", "", "")
	f.Fuzz(func(t *testing.T, name string, mode, id uint32, mtime int64, target, attr, value, content string) {
		e := fuzzEntry(name, mode, id, mtime, target, attr, value, content)
		var m image
		w, err := NewWriter(&m, &Options{BlockSize: 4096, Level: Fastest, Workers: 1})
		if err != nil {
			t.Fatal(err)
		}
		dir := sample()[0]
		dir.add(w)
		if e.add(w) != nil {
			w.Close()
			return
		}
		if err := w.Close(); err != nil {
			return // such as a directory that does not exist
		}
		got, err := read(open(t, m))
		if err != nil {
			t.Fatal(err)
		}
		compare(t, got, []entry{dir, e})
	})
}

func fuzzEntry(name string, mode, id uint32, mtime int64, target, attr, value, content string) entry {
	e := entry{Header: Header{
		Name:     name,
		Mode:     fs.FileMode(mode),
		UID:      id,
		GID:      ^id,
		ModTime:  time.Unix(mtime, 0).UTC(),
		Linkname: target,
	}}
	if attr != "" {
		e.Xattrs = map[string]string{attr: value}
	}
	if e.Mode.IsRegular() {
		e.content = content
	}
	return e
}
