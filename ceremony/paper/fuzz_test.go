package paper

import (
	"bytes"
	"testing"
	"unicode/utf8"
)

// FuzzStripStamps checks that of each line only what looks like a stamp is gone.
func FuzzStripStamps(f *testing.F) {
	f.Add([]byte("2026-11-22T13:30:00Z: [INFO] a [b] c\nplain\n"))
	f.Add([]byte("2026-11-22T13:30:00Z: [INFO"))
	f.Fuzz(func(t *testing.T, text []byte) {
		out := StripStamps(text)
		if bytes.Count(out, []byte("\n")) != bytes.Count(text, []byte("\n")) {
			t.Errorf("%q becomes %q: lines are lost", text, out)
		}
		for line := range bytes.Lines(text) {
			n := stampLength(line)
			if n > 0 && (bytes.IndexByte(line, ']') != n-2 || line[0] > '9') {
				t.Errorf("%q: %d bytes are taken for a stamp", line, n)
			}
			if !bytes.HasPrefix(out, line[n:]) {
				t.Errorf("%q is missing", line[n:])
			}
			out = out[len(line)-n:]
		}
	})
}

// FuzzLayOut checks that no line is too long and that plain text comes out as it
// went in.
func FuzzLayOut(f *testing.F) {
	f.Add([]byte("a\tb\n\nlong long long\x00\n\xff"), uint8(10))
	f.Fuzz(func(t *testing.T, text []byte, columns uint8) {
		width := int(columns)%100 + 10
		var plain []byte
		for _, l := range layOut(text, width) {
			if n := utf8.RuneCountInString(l.String()); n > width {
				t.Errorf("a line of %d columns, want at most %d", n, width)
			}
			if !l.continued {
				plain = append(plain, '\n')
			}
			for _, s := range l.spans {
				if !s.escape {
					plain = append(plain, s.text...)
				}
			}
		}
		for _, c := range []byte("aZ09 ~") {
			if c != ' ' && bytes.Count(plain, []byte{c}) != bytes.Count(text, []byte{c}) {
				t.Errorf("%q is not as often on the page as in the text", c)
			}
		}
	})
}
