package command

import (
	"bytes"
	"fmt"
	"strings"

	"coen/tree"
)

const wcOptions = "c,bytes m,chars l,lines w,words L,max-line-length total: files0-from:"

// A tally holds what wc counts, in the order of its output.
type tally struct{ lines, words, chars, bytes, longest int }

func wc(c *call) int {
	if c.has("total") || c.has("files0-from") {
		return c.unmodelled("option --total or --files0-from")
	}
	var total tally
	type result struct {
		name string
		tally
	}
	var results []result
	status := 0
	names := c.operands
	if len(names) == 0 {
		names = []string{""}
	}
	for _, name := range names {
		file := name
		if len(c.operands) == 0 {
			file = "-"
		}
		data, err := c.read(file)
		if err != nil {
			status = c.failf("%s: %s", file, reason(err))
			if reason(err) != tree.ErrIsDir.Error() {
				continue
			}
		}
		t := count(data)
		total.add(t)
		results = append(results, result{name, t})
	}
	width := c.wcWidth(names, total)
	for _, r := range results {
		c.wcLine(r.tally, width, r.name)
	}
	if len(names) > 1 {
		c.wcLine(total, width, "total")
	}
	return status
}

func count(data []byte) tally {
	t := tally{
		lines: bytes.Count(data, []byte("\n")),
		words: len(bytes.FieldsFunc(data, isSpaceRune)),
		chars: len(data), bytes: len(data),
	}
	column := 0
	for _, b := range data {
		switch {
		case b == '\n' || b == '\r' || b == '\f':
			column = 0
		case b == '\t':
			column += 8 - column%8
		case b >= ' ' && b < 0x7f:
			column++
		}
		t.longest = max(t.longest, column)
	}
	return t
}

func isSpaceRune(r rune) bool { return r == ' ' || '\t' <= r && r <= '\r' }

func (t *tally) add(u tally) {
	t.lines += u.lines
	t.words += u.words
	t.chars += u.chars
	t.bytes += u.bytes
	t.longest = max(t.longest, u.longest)
}

// columns returns the counts to print.
func (c *call) columns(t tally) []int {
	any := c.has("l") || c.has("w") || c.has("m") || c.has("c") || c.has("L")
	var all []int
	for _, col := range []struct {
		shown bool
		n     int
	}{
		{c.has("l") || !any, t.lines}, {c.has("w") || !any, t.words}, {c.has("m"), t.chars},
		{c.has("c") || !any, t.bytes}, {c.has("L"), t.longest},
	} {
		if col.shown {
			all = append(all, col.n)
		}
	}
	return all
}

// wcWidth returns the width of the columns: that of the total size of the
// files, at least 7 where one of the operands is not a regular file, and 1 for
// a single count of a single operand.
func (c *call) wcWidth(names []string, total tally) int {
	if len(names) == 1 && len(c.columns(total)) == 1 {
		return 1
	}
	width, size := 1, 0
	for _, name := range names {
		n, err := c.lookup(name)
		switch {
		case name == "" || name == "-" || err == nil && n.Kind != tree.Regular:
			width = 7
		case err == nil:
			size += int(n.Size())
		}
	}
	return max(width, len(fmt.Sprint(size)))
}

func (c *call) wcLine(t tally, width int, name string) {
	var fields []string
	for _, n := range c.columns(t) {
		fields = append(fields, fmt.Sprintf("%*d", width, n))
	}
	if name != "" {
		fields = append(fields, name)
	}
	c.printf("%s\n", strings.Join(fields, " "))
}
