package command

import "bytes"

const commOptions = "1 2 3 check-order nocheck-order output-delimiter: z,zero-terminated"

func comm(c *call) int {
	if len(c.operands) != 2 {
		return c.twoOperands()
	}
	var lines [2][][]byte
	for i, name := range c.operands {
		data, err := c.read(name)
		if err != nil {
			return c.failf("%s: %s", name, reason(err))
		}
		for _, line := range records(data, c.terminator()) {
			lines[i] = append(lines[i], bytes.TrimSuffix(line, []byte{c.terminator()}))
		}
	}
	status := 0
	for i := range lines {
		if !c.has("nocheck-order") && !inOrder(lines[i]) {
			status = c.failf("file %d is not in sorted order", i+1)
		}
	}
	c.comm(lines[0], lines[1])
	if status != 0 && !c.has("check-order") {
		c.failf("input is not in sorted order")
	}
	return status
}

func inOrder(lines [][]byte) bool {
	for i := 1; i < len(lines); i++ {
		if bytes.Compare(lines[i-1], lines[i]) > 0 {
			return false
		}
	}
	return true
}

func (c *call) comm(a, b [][]byte) {
	for len(a) > 0 || len(b) > 0 {
		order := 0
		switch {
		case len(a) == 0:
			order = 1
		case len(b) == 0:
			order = -1
		default:
			order = bytes.Compare(a[0], b[0])
		}
		switch {
		case order < 0:
			c.commLine(1, a[0])
			a = a[1:]
		case order > 0:
			c.commLine(2, b[0])
			b = b[1:]
		default:
			c.commLine(3, a[0])
			a, b = a[1:], b[1:]
		}
	}
}

// commLine writes a line in the given column, unless that is suppressed.
func (c *call) commLine(column int, line []byte) {
	delimiter := "\t"
	if c.has("output-delimiter") {
		delimiter = c.value("output-delimiter")
	}
	columns := []string{"1", "2", "3"}
	if c.has(columns[column-1]) {
		return
	}
	for _, name := range columns[:column-1] {
		if !c.has(name) {
			c.printf("%s", delimiter)
		}
	}
	c.line(string(line))
}
