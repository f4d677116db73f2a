package paper

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A line is one line of a page.
type line struct {
	spans     []span
	continued bool // the line before goes on here
}

// A span is a run of characters that are drawn alike.
type span struct {
	text   string
	escape bool // stands for bytes that cannot be drawn
}

// tab is the distance of tab stops in columns.
const tab = 8

// layOut breaks text into lines of at most the given number of columns. A final
// end of line ends the text and begins no further line.
func layOut(text []byte, columns int) []line {
	var lines []line
	for source := range bytes.Lines(text) {
		b := breaker{columns: columns}
		b.add(bytes.TrimSuffix(source, []byte("\n")))
		lines = append(lines, b.end()...)
	}
	return lines
}

// A breaker fills the lines that one line of the text needs.
type breaker struct {
	columns int
	lines   []line
	current []span // of one character or escape each
	column  int    // in the current line
	total   int    // in the line of the text
}

func (b *breaker) add(text []byte) {
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		switch {
		case r == '\t':
			for b.put(" ", false); b.total%tab != 0; {
				b.put(" ", false)
			}
		case r == utf8.RuneError && size == 1, r < 0x20, r == 0x7f:
			b.put(fmt.Sprintf("<%02X>", text[0]), true)
		case r > 0xffff || !unicode.IsPrint(r) || unicode.Is(unicode.Mn, r) || !glyphs().has(r):
			b.put(fmt.Sprintf("<U+%04X>", r), true)
		default:
			b.put(string(text[:size]), false)
		}
		text = text[size:]
	}
}

// put adds a character, or an escape, which is not broken.
func (b *breaker) put(text string, escape bool) {
	width := utf8.RuneCountInString(text)
	if b.column > 0 && b.column+width > b.columns {
		b.wrap()
	}
	b.current = append(b.current, span{text, escape})
	b.column, b.total = b.column+width, b.total+width
}

// wrap ends the current line behind its last blank, so that words stay whole, or
// where it is full if there is no blank in its last third.
func (b *breaker) wrap() {
	width := 0
	for i := len(b.current); i > 0 && width < b.columns/3; i-- {
		if s := b.current[i-1]; s.text == " " && !s.escape {
			rest := b.current[i:]
			b.current = b.current[:i:i]
			b.flush()
			b.current, b.column = rest, width
			return
		}
		width += utf8.RuneCountInString(b.current[i-1].text)
	}
	b.flush()
}

// flush ends the current line.
func (b *breaker) flush() {
	l := line{continued: len(b.lines) > 0}
	for _, s := range b.current {
		if n := len(l.spans); n > 0 && l.spans[n-1].escape == s.escape {
			l.spans[n-1].text += s.text
		} else {
			l.spans = append(l.spans, s)
		}
	}
	b.lines = append(b.lines, l)
	b.current, b.column = nil, 0
}

func (b *breaker) end() []line {
	if len(b.current) > 0 || len(b.lines) == 0 {
		b.flush()
	}
	return b.lines
}

// String returns the characters of a line.
func (l line) String() string {
	var b strings.Builder
	for _, s := range l.spans {
		b.WriteString(s.text)
	}
	return b.String()
}
