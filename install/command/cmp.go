package command

import (
	"bytes"
	"fmt"

	"coen/tree"
)

const cmpOptions = "b,print-bytes i,ignore-initial: l,verbose n,bytes: s,quiet,silent"

func compareFiles(c *call) int {
	if c.has("b") || c.has("i") && bytes.IndexByte([]byte(c.value("i")), ':') >= 0 {
		return c.unmodelled("option -b or two numbers for -i")
	}
	switch n := len(c.operands); {
	case n == 0:
		return c.missingFile()
	case n == 1:
		c.operands = append(c.operands, "-")
	case n > 2:
		return c.unmodelled("more than two operands")
	}
	var data [2][]byte
	for i, name := range c.operands {
		n, err := c.lookup(name)
		if err == nil && n.Kind == tree.Directory {
			c.failf("%s: %s", name, tree.ErrIsDir)
			return 2
		}
		if data[i], err = c.read(name); err != nil {
			if !c.has("s") {
				c.failf("%s: %s", name, reason(err))
			}
			return 2
		}
		skip, ok := parseCount(c.value("i"))
		if ok {
			data[i] = data[i][min(skip, len(data[i])):]
		}
		if limit, ok := parseCount(c.value("n")); ok {
			data[i] = data[i][:min(limit, len(data[i]))]
		}
	}
	return c.compareData(data[0], data[1])
}

func (c *call) compareData(a, b []byte) int {
	if bytes.Equal(a, b) {
		return 0
	}
	if c.has("s") {
		return 1
	}
	n := min(len(a), len(b))
	width := len(fmt.Sprint(max(len(a), len(b))))
	for i := range n {
		if a[i] == b[i] {
			continue
		}
		if !c.has("l") {
			c.printf("%s %s differ: char %d, line %d\n", c.operands[0], c.operands[1], i+1, 1+bytes.Count(a[:i], []byte("\n")))
			return 1
		}
		c.printf("%*d %3o %3o\n", width, i+1, a[i], b[i])
	}
	if len(a) != len(b) {
		c.cmpEOF(a, b)
	}
	return 1
}

// cmpEOF tells which file is the beginning of the other.
func (c *call) cmpEOF(a, b []byte) {
	name, short := c.operands[0], a
	if len(b) < len(a) {
		name, short = c.operands[1], b
	}
	lines := bytes.Count(short, []byte("\n"))
	switch {
	case len(short) == 0:
		c.failf("EOF on %s which is empty", name)
	case c.has("l"):
		c.failf("EOF on %s after byte %d", name, len(short))
	case short[len(short)-1] == '\n':
		c.failf("EOF on %s after byte %d, line %d", name, len(short), lines)
	default:
		c.failf("EOF on %s after byte %d, in line %d", name, len(short), lines+1)
	}
}
