package command

import (
	"bytes"
	"strings"
)

const pasteOptions = "d,delimiters: s,serial z,zero-terminated"

func paste(c *call) int {
	delimiters := "\t"
	if c.has("d") {
		delimiters = strings.NewReplacer(`\n`, "\n", `\t`, "\t", `\\`, `\`, `\0`, "\x00").Replace(c.value("d"))
	}
	if delimiters == "" {
		delimiters = "\x00"
	}
	var files [][][]byte
	stdin := -1
	if len(c.operands) == 0 {
		c.operands = []string{"-"}
	}
	for i, name := range c.operands {
		if name == "-" {
			if stdin >= 0 && !c.has("s") {
				return c.unmodelled("standard input given twice")
			}
			stdin = i
		}
		data, err := c.read(name)
		if err != nil {
			return c.failf("%s: %s", name, reason(err))
		}
		var lines [][]byte
		for _, line := range records(data, c.terminator()) {
			lines = append(lines, bytes.TrimSuffix(line, []byte{c.terminator()}))
		}
		files = append(files, lines)
	}
	if c.has("s") {
		for _, lines := range files {
			c.pasted(lines, delimiters)
		}
		return 0
	}
	for row := 0; ; row++ {
		cells := make([][]byte, len(files))
		any := false
		for i, lines := range files {
			if row < len(lines) {
				cells[i], any = lines[row], true
			}
		}
		if !any {
			return 0
		}
		c.pasted(cells, delimiters)
	}
}

// pasted writes cells with the delimiters, taken in turn, between them.
func (c *call) pasted(cells [][]byte, delimiters string) {
	for i, cell := range cells {
		if d := delimiters[max(i-1, 0)%len(delimiters)]; i > 0 && d != 0 {
			c.out.WriteByte(d)
		}
		c.out.Write(cell)
	}
	c.out.WriteByte(c.terminator())
}
