package chain

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// clock is a clock that goes on by a second at each look.
func clock() func() time.Time {
	t := noon
	return func() time.Time {
		t = t.Add(time.Second)
		return t
	}
}

// newLog returns a log with n notes, and its path.
func newLog(t testing.TB, n int) (*Log, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "ceremony.log")
	l, err := Open(path, clock())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	for i := range n {
		appendNote(t, l, fmt.Sprintf("note %d", i))
	}
	return l, path
}

func appendNote(t testing.TB, l *Log, text string) Entry {
	t.Helper()
	e, err := l.Append("note", F("text", text))
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func read(t testing.TB, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func verify(t testing.TB, log []byte, expected ...Hash) Report {
	t.Helper()
	r, err := Verify(bytes.NewReader(log), expected...)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestKnownAnswer holds the writer to the example of the specification.
func TestKnownAnswer(t *testing.T) {
	_, path := newLog(t, 1)
	spec, err := os.ReadFile("../../spec/ceremony-log.md")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(read(t, path))) {
		if !bytes.Contains(spec, []byte(line)) {
			t.Errorf("the specification's example has not the line %s", line)
		}
	}
}

func TestAnyBytesInAnyField(t *testing.T) {
	l, path := newLog(t, 0)
	var values []string
	for c := range 256 {
		values = append(values, string([]byte{byte(c)}), "a"+string([]byte{byte(c)})+"b")
	}
	values = append(values, "", " ", "Ð é 漢", "\u202eevil", "\xc3", "\ufffd", "a b=c \"d\"", strings.Repeat("\x00", 8000))
	for _, v := range values {
		if _, err := l.Append("note", F("a", v), F("b", v)); err != nil {
			t.Fatalf("%q: %v", v, err)
		}
	}
	log := read(t, path)
	i := -1 // the first entry is no note
	_, err := Scan(bytes.NewReader(log), func(e Entry, line []byte) error {
		if i >= 0 && (e.Get("a") != values[i] || e.Fields[1].Value != values[i]) {
			t.Errorf("%q came back as %q", values[i], e.Fields)
		}
		i++
		return nil
	})
	if err != nil || i != len(values) {
		t.Fatalf("%d of %d values: %v", i, len(values), err)
	}
	for _, c := range log {
		if c < ' ' && c != '\n' || c == 0x7f {
			t.Fatalf("control byte %#02x in the file", c)
		}
	}
}

func TestRefusedDrafts(t *testing.T) {
	l, path := newLog(t, 1)
	before := read(t, path)
	for name, d := range map[string]Draft{
		"no kind":      {},
		"kind":         {Kind: "No Kind"},
		"key":          {Kind: "note", Fields: []Field{F("a=b", 1)}},
		"year":         {Kind: "note", Time: time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)},
		"line feed":    {Kind: "note\n"},
		"much too big": {Kind: "note", Fields: []Field{F("text", strings.Repeat("x", MaxLine))}},
	} {
		if _, err := l.AppendAll([]Draft{{Kind: "note"}, d}); err == nil {
			t.Errorf("%s: was appended", name)
		}
	}
	if !bytes.Equal(before, read(t, path)) {
		t.Error("a refused batch left something behind")
	}
}

// TestEveryByte changes, removes and inserts at every byte of a log, and cuts it there.
func TestEveryByte(t *testing.T) {
	l, path := newLog(t, 3)
	l.Close()
	log := read(t, path)
	last := verify(t, log).Last
	lineOf := func(i int) int64 { return int64(bytes.Count(log[:i], []byte("\n"))) + 1 }
	for i := range log {
		if cut, err := Verify(bytes.NewReader(log[:i]), last.Hash); err == nil && cut.Whole() {
			t.Errorf("cut at byte %d: not found", i)
		}
		for name, changed := range map[string][]byte{
			"changed":  append(append(bytes.Clone(log[:i]), log[i]^1), log[i+1:]...),
			"high bit": append(append(bytes.Clone(log[:i]), log[i]^0x80), log[i+1:]...),
			"removed":  append(bytes.Clone(log[:i]), log[i+1:]...),
			"inserted": append(append(bytes.Clone(log[:i]), 'a'), log[i:]...),
			"broken":   append(append(bytes.Clone(log[:i]), '\n'), log[i:]...),
		} {
			r := verify(t, changed)
			if name == "inserted" && log[i] == 'a' || name == "broken" && log[i] == '\n' {
				continue // before an equal byte is the same as after it, looked at with the next one
			}
			if r.Broken == nil {
				t.Errorf("byte %d %s: not found", i, name)
				continue
			}
			want := lineOf(i)
			if name == "removed" && log[i] == '\n' && i == len(log)-1 && !r.Broken.Cut {
				t.Errorf("byte %d %s: not told as cut", i, name)
			}
			if int64(r.Broken.Line) != want || r.Broken.Entry != want {
				t.Errorf("byte %d %s: line %d, entry %d named instead of %d", i, name, r.Broken.Line, r.Broken.Entry, want)
			}
		}
	}
}

// TestLines removes, doubles, swaps and invents whole lines of random logs.
func TestLines(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	_, path := newLog(t, 30)
	lines := strings.SplitAfter(string(read(t, path)), "\n")
	lines = lines[:len(lines)-1]
	_, other := newLog(t, 31)
	alien := strings.SplitAfter(string(read(t, other)), "\n")
	last := verify(t, []byte(strings.Join(lines, ""))).Last
	for range 300 {
		i, j := rng.IntN(len(lines)), rng.IntN(len(lines))
		if i == j {
			continue
		}
		i, j = min(i, j), max(i, j)
		cases := map[string][]string{
			"removed":  append(append([]string{}, lines[:i]...), lines[i+1:]...),
			"replaced": append(append(append([]string{}, lines[:i]...), lines[j]), lines[i+1:]...),
			"doubled":  append(append([]string{}, lines[:i+1]...), lines[i:]...),
			"run gone": append(append([]string{}, lines[:i]...), lines[j:]...),
		}
		swapped := append([]string{}, lines...)
		swapped[i], swapped[j] = swapped[j], swapped[i]
		cases["swapped"] = swapped
		for name, changed := range cases {
			r := verify(t, []byte(strings.Join(changed, "")), last.Hash)
			want := int64(i + 1)
			if name == "doubled" {
				want++
			}
			if r.Broken == nil || r.Broken.Entry != want {
				t.Errorf("%s %d, %d: %v instead of entry %d", name, i+1, j+1, r.Broken, want)
			}
		}
		cut := verify(t, []byte(strings.Join(lines[:j], "")), last.Hash)
		if cut.Broken != nil || len(cut.Missing) != 1 {
			t.Errorf("cut to %d entries: %+v", j, cut)
		}
	}
	mixed := append(append([]string{}, lines[:5]...), alien[5:]...)
	if r := verify(t, []byte(strings.Join(mixed, ""))); r.Broken != nil {
		t.Errorf("two logs of equal beginning are equal: %v", r.Broken)
	}
}

func TestTorn(t *testing.T) {
	for name, fragment := range map[string]string{
		"part":          "3f745709e896",
		"noise":         "\x00\xff\r",
		"whole entry":   "", // see below
		"two fragments": "abc\nabc",
		"long":          strings.Repeat("x", MaxLine-1),
	} {
		t.Run(name, func(t *testing.T) {
			l, path := newLog(t, 2)
			if name == "whole entry" {
				line, _, err := Draft{Kind: "note", Time: noon}.line(4, l.replay.last.Hash)
				if err != nil {
					t.Fatal(err)
				}
				fragment = strings.TrimSuffix(string(line), "\n")
			}
			whole := read(t, path)
			if err := os.WriteFile(path, append(whole, fragment...), 0o600); err != nil {
				t.Fatal(err)
			}
			if r := verify(t, read(t, path)); r.Broken == nil || r.Last.Number != 3 {
				t.Errorf("before mending: %+v", r)
			}
			e := appendNote(t, l, "goes on")
			log := read(t, path)
			r := verify(t, log, e.Hash)
			if !r.Whole() || r.Last.Number != 5 || !bytes.Contains(log, []byte(fragment)) {
				t.Fatalf("%+v", r)
			}
			if vouched := len(r.Torn) == 1; vouched == (name == "whole entry") {
				t.Errorf("torn: %+v", r.Torn)
			}
			if len(r.Torn) == 0 {
				return
			}
			at := len(whole)
			log[at] ^= 1
			if r := verify(t, log); r.Broken == nil || r.Broken.Line != 4 {
				t.Errorf("changed evidence: %+v", r)
			}
			gone := append(bytes.Clone(log[:at]), log[at+len(fragment)+1:]...)
			if r := verify(t, gone); r.Whole() && len(r.Torn) > 0 {
				t.Errorf("removed evidence: %+v", r)
			}
		})
	}
}

// TestForeignLine has somebody else write a line into the log: it stays as evidence, and the log goes on.
func TestForeignLine(t *testing.T) {
	l, path := newLog(t, 2)
	for _, foreign := range []string{"hello\n", "hello\nhello", "\n", strings.Repeat("x\n", 1000)} {
		if err := os.WriteFile(path, append(read(t, path), foreign...), 0o600); err != nil {
			t.Fatal(err)
		}
		if r := verify(t, read(t, path)); r.Whole() {
			t.Errorf("%.10q was not found", foreign)
		}
		e := appendNote(t, l, "goes on")
		if r := verify(t, read(t, path), e.Hash); !r.Whole() || !bytes.Contains(read(t, path), []byte(foreign)) {
			t.Errorf("after %.10q: %+v", foreign, r)
		}
	}
	again, err := Open(path, clock())
	if err != nil {
		t.Fatal(err)
	}
	again.Close()
}

// TestChangedEntry has an entry changed behind the back of its writers: nothing is appended until the
// log is moved aside, then a new one begins.
func TestChangedEntry(t *testing.T) {
	l, path := newLog(t, 3)
	changed := bytes.Replace(read(t, path), []byte("note 1"), []byte("note 7"), 1)
	if err := os.WriteFile(path, changed, 0o600); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, err := Open(path, clock()); err == nil || !strings.Contains(err.Error(), "line 3: entry 3 was changed") {
			t.Errorf("%v", err)
		}
	}
	if !bytes.Equal(changed, read(t, path)) {
		t.Error("a broken log was written to")
	}
	if err := os.Rename(path, path+".broken"); err != nil {
		t.Fatal(err)
	}
	if e := appendNote(t, l, "in the new log"); e.Number != 2 {
		t.Errorf("entry %d", e.Number)
	}
	if r := verify(t, read(t, path)); !r.Whole() || r.Last.Number != 2 {
		t.Errorf("%+v", r)
	}
}

func TestTooMuchForeign(t *testing.T) {
	l, path := newLog(t, 1)
	for _, foreign := range []string{strings.Repeat("x\n", maxDamage), strings.Repeat("x", 2*MaxLine)} {
		log := append(read(t, path), foreign...)
		if err := os.WriteFile(path+"2", log, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(path+"2", path); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if _, err := l.Append("note"); err == nil || !strings.Contains(err.Error(), "move it aside") {
				t.Errorf("%v", err)
			}
		}
		if !bytes.Equal(log, read(t, path)) {
			t.Error("a broken log was written to")
		}
	}
}

func TestShrunk(t *testing.T) {
	l, path := newLog(t, 2)
	if err := os.Truncate(path, 10); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Append("note"); err == nil || !strings.Contains(err.Error(), "cut from") {
		t.Errorf("%v", err)
	}
}

func TestClockStep(t *testing.T) {
	l, path := newLog(t, 1)
	if _, err := l.AppendAll([]Draft{{Kind: "note", Time: noon.Add(-time.Hour)}, {Kind: "note", Time: noon}}); err != nil {
		t.Fatal(err)
	}
	r := verify(t, read(t, path))
	if !r.Whole() || len(r.Clock) != 1 || r.Clock[0].Entry != 3 || r.Clock[0].Back != time.Hour+2*time.Second {
		t.Errorf("%+v", r.Clock)
	}
}

func TestEmpty(t *testing.T) {
	if _, err := Verify(strings.NewReader("")); err == nil {
		t.Error("an empty file is a log")
	}
}

func BenchmarkAppend(b *testing.B) {
	l, _ := newLog(b, 0)
	drafts := make([]Draft, 100)
	for i := range drafts {
		drafts[i] = Draft{Kind: "console", Fields: []Field{F("tag", "ttyS0"), F("text", strings.Repeat("x", 79)+"\n")}}
	}
	b.SetBytes(80 * 100)
	for b.Loop() {
		if _, err := l.AppendAll(drafts); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkVerify(b *testing.B) {
	_, path := newLog(b, 10000)
	log := read(b, path)
	b.SetBytes(int64(len(log)))
	for b.Loop() {
		verify(b, log)
	}
}
