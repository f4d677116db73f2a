package cpio

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"reflect"
	"strings"
	"testing"
	"time"
)

// An entry is what the tests write and what they read back.
type entry struct {
	Header
	content string
}

var epoch = time.Unix(1_700_000_000, 0).UTC()

// sample has every type, every bit and hard links of several kinds.
func sample() []entry {
	file := func(name, content string) entry {
		return entry{Header{Name: name, Mode: 0o644, UID: 1000, GID: 100, ModTime: epoch, Size: int64(len(content)), Nlink: 1}, content}
	}
	other := func(h Header) entry {
		h.ModTime = epoch
		if h.Nlink == 0 {
			h.Nlink = 1
		}
		return entry{Header: h}
	}
	linked := file("bin/a", "shared")
	linked.Nlink = 3
	linked.Mode = 0o755 | fs.ModeSetuid | fs.ModeSetgid
	again := linked
	again.Name, again.Hardlink, again.Size, again.content = "bin/b", "bin/a", 0, ""
	third := again
	third.Name = "bin/c"
	return []entry{
		other(Header{Name: ".", Mode: fs.ModeDir | 0o755, Nlink: 2}),
		other(Header{Name: "bin", Mode: fs.ModeDir | fs.ModeSticky | 0o777, Nlink: 2}),
		linked,
		file("bin/empty", ""),
		again,
		other(Header{Name: "bin/sh", Mode: fs.ModeSymlink | 0o777, Linkname: "dash"}),
		third,
		other(Header{Name: "null", Mode: fs.ModeDevice | fs.ModeCharDevice | 0o666, Devmajor: 1, Devminor: 3}),
		other(Header{Name: "ram0", Mode: fs.ModeDevice | 0o660, GID: 6, Devmajor: 1, Nlink: 2}),
		other(Header{Name: "ram1", Mode: fs.ModeDevice | 0o660, GID: 6, Devmajor: 1, Nlink: 2, Hardlink: "ram0"}),
		other(Header{Name: "pipe", Mode: fs.ModeNamedPipe | 0o600}),
		other(Header{Name: "socket", Mode: fs.ModeSocket | 0o600}),
		other(Header{Name: "link1", Mode: fs.ModeSymlink | 0o777, Linkname: "/etc", Nlink: 2}),
		other(Header{Name: "link2", Mode: fs.ModeSymlink | 0o777, Linkname: "/etc", Nlink: 2, Hardlink: "link1"}),
		file("x", strings.Repeat("x", 5)),
		file(strings.Repeat("long/", 800)+"name", "y"),
	}
}

func write(t testing.TB, entries []entry) []byte {
	t.Helper()
	var b bytes.Buffer
	w := NewWriter(&b)
	for _, e := range entries {
		if err := w.WriteHeader(&e.Header); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, e.content); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func read(r *Reader) ([]entry, error) {
	var entries []entry
	for {
		h, err := r.Next()
		if err == io.EOF {
			return entries, nil
		}
		if err != nil {
			return entries, err
		}
		content, err := io.ReadAll(r)
		if err != nil {
			return entries, err
		}
		entries = append(entries, entry{*h, string(content)})
	}
}

func compare(t *testing.T, got, want []entry) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d entries, want %d", len(got), len(want))
	}
	for i := range want {
		if !reflect.DeepEqual(got[i], want[i]) {
			t.Errorf("entry %d:\ngot  %+v\nwant %+v", i, got[i], want[i])
		}
	}
}

func TestRoundTrip(t *testing.T) {
	archive := write(t, sample())
	got, err := read(NewReader(bytes.NewReader(archive)))
	if err != nil {
		t.Fatal(err)
	}
	compare(t, got, sample())
	if again := write(t, got); !bytes.Equal(again, archive) {
		t.Error("writing what was read made other bytes")
	}
	if len(archive)%blockSize != 0 {
		t.Errorf("archive has %d bytes, not a multiple of %d", len(archive), blockSize)
	}
}

func TestGolden(t *testing.T) {
	const want = "c49341552b3567a0ba810ed2ad2e2938c461e6a73cfde6f7805ada6d4b5a754d"
	sum := sha256.Sum256(write(t, sample()))
	if got := hex.EncodeToString(sum[:]); got != want {
		t.Errorf("archive has SHA-256 %s, want %s", got, want)
	}
}

// TestConcatenated reads two archives with zeros between them. Both use inode 1
// for a file with two names; the links must not reach across.
func TestConcatenated(t *testing.T) {
	one := []entry{
		{Header{Name: "a", Mode: 0o644, ModTime: epoch, Nlink: 2, Size: 1}, "1"},
		{Header{Name: "b", Mode: 0o644, ModTime: epoch, Nlink: 2, Hardlink: "a"}, ""},
	}
	two := []entry{
		{Header{Name: "c", Mode: 0o644, ModTime: epoch, Nlink: 2, Size: 1}, "2"},
		{Header{Name: "d", Mode: 0o644, ModTime: epoch, Nlink: 2, Hardlink: "c"}, ""},
	}
	for _, gap := range []int{0, 4, 1024} {
		input := append(write(t, one), make([]byte, gap)...)
		input = append(input, write(t, two)...)
		got, err := read(NewReader(bytes.NewReader(input)))
		if err != nil {
			t.Fatal(err)
		}
		compare(t, got, append(append([]entry{}, one...), two...))
	}
}

// TestInputOffset finds what follows an archive, as a compressed initramfs does.
func TestInputOffset(t *testing.T) {
	archive := write(t, sample())
	r := NewReader(io.MultiReader(bytes.NewReader(archive), strings.NewReader("\x28\xb5\x2f\xfd and more, longer than a header of this format is: "+strings.Repeat(".", 100))))
	if _, err := read(r); err == nil {
		t.Fatal("no error for something that is not cpio")
	}
	if d := r.InputOffset() - int64(len(archive)); d < 0 || d > headerSize {
		t.Errorf("offset is %d bytes behind the archive", d)
	}
}

func TestWriterRefuses(t *testing.T) {
	reg := func(name string) Header { return Header{Name: name, Mode: 0o644} }
	tests := []struct {
		name    string
		headers []Header
		want    string
	}{
		{"absolute", []Header{reg("/a")}, "not a clean relative path"},
		{"parent", []Header{reg("a/../b")}, "not a clean relative path"},
		{"no name", []Header{reg("")}, "not a clean relative path"},
		{"trailer", []Header{reg("TRAILER!!!")}, "marks the end"},
		{"NUL", []Header{reg("a\x00b")}, "contains a NUL"},
		{"long", []Header{reg(strings.Repeat("n", 4096))}, "longer than 4095"},
		{"twice", []Header{reg("a"), reg("a")}, "written twice"},
		{"huge", []Header{{Name: "a", Size: 1 << 32}}, "outside 0 to 4294967295"},
		{"negative", []Header{{Name: "a", Size: -1}}, "outside 0 to"},
		{"old", []Header{{Name: "a", ModTime: time.Unix(-1, 0)}}, "outside 1970 to 2106"},
		{"late", []Header{{Name: "a", ModTime: time.Unix(1<<32, 0)}}, "outside 1970 to 2106"},
		{"no target", []Header{{Name: "a", Mode: fs.ModeSymlink}}, "has a target"},
		{"target of file", []Header{{Name: "a", Linkname: "b"}}, "has a target"},
		{"long target", []Header{{Name: "a", Mode: fs.ModeSymlink, Linkname: strings.Repeat("n", 4096)}}, "longer than 4095"},
		{"content of directory", []Header{{Name: "a", Mode: fs.ModeDir, Size: 1}}, "not a regular file"},
		{"numbers of file", []Header{{Name: "a", Devminor: 1}}, "not a device"},
		{"mode", []Header{{Name: "a", Mode: fs.ModeIrregular}}, "cannot be stored"},
		{"link to nothing", []Header{{Name: "a", Hardlink: "b"}}, "not an earlier entry"},
		{"link to directory", []Header{{Name: "a", Mode: fs.ModeDir}, {Name: "b", Hardlink: "a"}}, "a directory"},
		{"surplus link", []Header{reg("a"), {Name: "b", Hardlink: "a"}}, "announced 1 names"},
		{"lacking link", []Header{{Name: "a", Nlink: 2}}, "announced 2 names, has 1"},
		{"lacking content", []Header{{Name: "a", Size: 2}, reg("b")}, `"a" lacks 2 bytes`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := NewWriter(io.Discard)
			var err error
			for i := range test.headers {
				if err == nil {
					err = w.WriteHeader(&test.headers[i])
				}
			}
			if err == nil {
				err = w.Close()
			}
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want %q", err, test.want)
			}
		})
	}
}

func TestWriteTooLong(t *testing.T) {
	w := NewWriter(io.Discard)
	if err := w.WriteHeader(&Header{Name: "a", Size: 3}); err != nil {
		t.Fatal(err)
	}
	if n, err := w.Write([]byte("abcd")); n != 3 || !errors.Is(err, ErrWriteTooLong) {
		t.Errorf("wrote %d, %v", n, err)
	}
	if err := w.Close(); err != nil {
		t.Error(err)
	}
	if err := w.WriteHeader(&Header{Name: "b"}); !errors.Is(err, ErrWriteAfterClose) {
		t.Errorf("after Close: %v", err)
	}
}

func TestReaderRefuses(t *testing.T) {
	good := string(write(t, []entry{{Header{Name: "name", Mode: 0o644, ModTime: epoch, Size: 5}, "hello"}}))
	at := func(offset int, text string) string { return good[:offset] + text + good[offset+len(text):] }
	field := func(i int, hex string) string { return at(6+8*i, hex) }
	tests := []struct{ name, input, want string }{
		{"empty", "", "unexpected EOF"},
		{"magic", at(0, "070702"), "no newc header"},
		{"digits", field(fieldUID, "0000-001"), "not a number"},
		{"type", field(fieldMode, "00000000"), "unknown file mode"},
		{"no name", field(fieldNameSize, "00000000"), "name of 0 bytes"},
		{"long name", field(fieldNameSize, "FFFFFFFF"), "name of 4294967295 bytes"},
		{"short name", field(fieldNameSize, "00000003"), "does not end at its NUL"},
		{"NUL in name", at(110, "n\x00me"), "does not end at its NUL"},
		{"long target", field(fieldMode, "0000A1FF")[:6+8*fieldSize] + "10000000" + good[6+8*fieldSize+8:], "longer than 4095"},
		{"content beyond", field(fieldSize, "FFFFFFFF"), "unexpected EOF"},
		{"zeros inside", good[:124] + strings.Repeat("\x00", 8) + good[124:], "zeros instead of a header"},
		{"truncated content", good[:118], "unexpected EOF"},
		{"truncated header", good[:130], "unexpected EOF"},
		{"no trailer", good[:124], "unexpected EOF"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := read(NewReader(strings.NewReader(test.input)))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want %q", err, test.want)
			}
		})
	}
}
