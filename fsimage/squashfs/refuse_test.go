package squashfs

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

func TestWriterRefuses(t *testing.T) {
	root := entry{Header: Header{Name: ".", Mode: fs.ModeDir}}
	one := func(h Header) []entry { return []entry{root, {Header: h}} }
	tests := []struct {
		name    string
		entries []entry
		want    string
	}{
		{"no root", []entry{{Header: Header{Name: "a"}}}, `root directory "." was not added`},
		{"root is file", []entry{{Header: Header{Name: "."}}}, "not a directory"},
		{"no directory", one(Header{Name: "a/b"}), `"a/b": its directory was not added`},
		{"in a file", []entry{root, {Header: Header{Name: "a"}}, {Header: Header{Name: "a/b"}}}, `"a" is not a directory`},
		{"absolute", one(Header{Name: "/a"}), `path element ""`},
		{"parent", one(Header{Name: "a/.."}), `path element ".."`},
		{"NUL", one(Header{Name: "a\x00b"}), "contains a slash or NUL"},
		{"long element", one(Header{Name: strings.Repeat("n", 256)}), "longer than 255"},
		{"long path", one(Header{Name: strings.Repeat("n/", 2048)}), "longer than 4095"},
		{"twice", []entry{root, {Header: Header{Name: "a"}}, {Header: Header{Name: "a"}}}, "added twice"},
		{"old", one(Header{Name: "a", ModTime: time.Unix(-1, 0)}), "outside 1970"},
		{"late", one(Header{Name: "a", ModTime: time.Unix(1<<32, 0)}), "outside 1970"},
		{"no target", one(Header{Name: "a", Mode: fs.ModeSymlink}), "has a target"},
		{"long target", one(Header{Name: "a", Mode: fs.ModeSymlink, Linkname: strings.Repeat("n", 4096)}), "longer than 4095"},
		{"device number", one(Header{Name: "a", Mode: fs.ModeDevice, Devmajor: 4096}), "outside 4095:1048575"},
		{"numbers of file", one(Header{Name: "a", Devminor: 1}), "not a device"},
		{"mode", one(Header{Name: "a", Mode: fs.ModeIrregular}), "cannot be stored"},
		{"attribute", one(Header{Name: "a", Xattrs: map[string]string{"system.posix_acl_access": ""}}), "not of user, trusted or security"},
		{"attribute name", one(Header{Name: "a", Xattrs: map[string]string{"user.": ""}}), "name"},
		{"attribute value", one(Header{Name: "a", Xattrs: map[string]string{"user.a": noise(65537)}}), "more than 65536"},
		{"link to nothing", one(Header{Name: "a", Hardlink: "b"}), "not an earlier entry"},
		{"link to directory", one(Header{Name: "a", Hardlink: "."}), "a directory"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w, err := NewWriter(new(image), small)
			if err != nil {
				t.Fatal(err)
			}
			for i := range test.entries {
				if err := test.entries[i].add(w); err != nil {
					break
				}
			}
			if err := w.Close(); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want %q", err, test.want)
			}
		})
	}
}

func TestOptionsRefused(t *testing.T) {
	for _, o := range []Options{{BlockSize: 2048}, {BlockSize: 5000}, {BlockSize: 2 << 20}, {Level: Store + 1}, {Workers: -1}, {ModTime: time.Unix(-1, 0)}} {
		if _, err := NewWriter(new(image), &o); err == nil {
			t.Errorf("%+v is accepted", o)
		}
	}
}

// A brokenContent fails where it is read.
type brokenContent struct{ size int64 }

func (c brokenContent) Size() int64                       { return c.size }
func (c brokenContent) ReadAt([]byte, int64) (int, error) { return 0, iotest.ErrTimeout }

func TestBrokenContent(t *testing.T) {
	for _, content := range []Content{brokenContent{10}, brokenContent{4096}, brokenContent{1 << 20}, io.NewSectionReader(strings.NewReader("short"), 0, 9000)} {
		w, err := NewWriter(new(image), small)
		if err != nil {
			t.Fatal(err)
		}
		w.Add(&Header{Name: ".", Mode: fs.ModeDir}, nil)
		w.Add(&Header{Name: "broken"}, content)
		for i := range 100 {
			w.Add(&Header{Name: fmt.Sprint(i)}, strings.NewReader(noise(4096+i)))
		}
		err = w.Close()
		if !errors.Is(err, iotest.ErrTimeout) && !errors.Is(err, io.ErrUnexpectedEOF) || !strings.Contains(err.Error(), `squashfs: "broken": content: `) {
			t.Errorf("error %v", err)
		}
	}
}
