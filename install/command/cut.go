package command

import (
	"bytes"
	"math"
	"strconv"
	"strings"
)

const cutOptions = "b,bytes: c,characters: f,fields: d,delimiter: s,only-delimited " +
	"n output-delimiter: complement z,zero-terminated"

// A span is a range of positions, counted from 1.
type span struct{ from, to int }

func cut(c *call) int {
	kind := c.last("b", "c", "f")
	if kind == "" {
		return c.misuse("you must specify a list of bytes, characters, or fields")
	}
	spans, ok := parseSpans(c.value(kind))
	if !ok {
		return c.misuse("invalid byte, character or field list")
	}
	delimiter := "\t"
	if c.has("d") {
		delimiter = c.value("d")
	}
	if delimiter == "" {
		delimiter = "\x00"
	}
	if len(delimiter) > 1 {
		return c.misuse("the delimiter must be a single character")
	}
	return c.inputs(c.operands, func(_ string, data []byte) {
		for _, line := range records(data, c.terminator()) {
			line = bytes.TrimSuffix(line, []byte{c.terminator()})
			if kind == "f" {
				c.cutFields(line, delimiter, spans)
			} else {
				c.cutBytes(line, spans)
			}
		}
	})
}

// parseSpans reads a list such as "1,3-5,7-,-2".
func parseSpans(list string) ([]span, bool) {
	var spans []span
	for _, item := range strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' || r == '\t' }) {
		from, to, ranged := strings.Cut(item, "-")
		s := span{1, math.MaxInt}
		var err error
		if from != "" {
			s.from, err = strconv.Atoi(from)
		}
		if err == nil && to != "" {
			s.to, err = strconv.Atoi(to)
		}
		if !ranged {
			s.to = s.from
		}
		if err != nil || item == "-" || s.from < 1 || s.to < s.from {
			return nil, false
		}
		spans = append(spans, s)
	}
	return spans, len(spans) > 0
}

// selected reports whether the list, or with --complement the rest, has n.
func (c *call) selected(spans []span, n int) bool {
	for _, s := range spans {
		if s.from <= n && n <= s.to {
			return !c.has("complement")
		}
	}
	return c.has("complement")
}

func (c *call) cutFields(line []byte, delimiter string, spans []span) {
	if !bytes.Contains(line, []byte(delimiter)) {
		if !c.has("s") {
			c.line(string(line))
		}
		return
	}
	var kept []string
	for i, field := range strings.Split(string(line), delimiter) {
		if c.selected(spans, i+1) {
			kept = append(kept, field)
		}
	}
	if c.has("output-delimiter") {
		delimiter = c.value("output-delimiter")
	}
	c.line(strings.Join(kept, delimiter))
}

// cutBytes writes the selected bytes; --output-delimiter stands between ranges
// that do not touch.
func (c *call) cutBytes(line []byte, spans []span) {
	var b strings.Builder
	for i, ch := range line {
		if !c.selected(spans, i+1) {
			continue
		}
		if b.Len() > 0 && c.has("output-delimiter") && c.startsSpan(spans, i+1) {
			b.WriteString(c.value("output-delimiter"))
		}
		b.WriteByte(ch)
	}
	c.line(b.String())
}

// startsSpan reports whether a printed range starts at n, given that n itself
// is printed.
func (c *call) startsSpan(spans []span, n int) bool {
	if !c.selected(spans, n-1) {
		return true
	}
	for _, s := range spans {
		if s.from < n && n <= s.to {
			return false
		}
	}
	return !c.has("complement")
}
