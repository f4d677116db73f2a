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
	m := &commer{call: c, lines: lines}
	m.all()
	if m.disorder[0] || m.disorder[1] {
		if !c.has("check-order") {
			c.failf("input is not in sorted order")
		}
		return 1
	}
	return 0
}

// A commer is one run of comm.
type commer struct {
	*call
	lines    [2][][]byte
	unpaired bool // a line had no partner
	disorder [2]bool
	stopped  bool
}

func (m *commer) all() {
	for !m.stopped && (len(m.lines[0]) > 0 || len(m.lines[1]) > 0) {
		order := 0
		switch {
		case len(m.lines[0]) == 0:
			order = 1
		case len(m.lines[1]) == 0:
			order = -1
		default:
			order = bytes.Compare(m.lines[0][0], m.lines[1][0])
		}
		if order != 0 {
			m.unpaired = true
		}
		switch {
		case order < 0:
			m.commLine(1, m.lines[0][0])
			m.advance(0)
		case order > 0:
			m.commLine(2, m.lines[1][0])
			m.advance(1)
		default:
			m.commLine(3, m.lines[0][0])
			m.advance(0)
			if !m.stopped {
				m.advance(1)
			}
		}
	}
}

// advance goes on to the next line of a file. Unless told otherwise, comm minds
// the order only once it has found a line without a partner.
func (m *commer) advance(file int) {
	lines := m.lines[file]
	m.lines[file] = lines[1:]
	mind := m.has("check-order") || m.unpaired && !m.has("nocheck-order")
	if len(lines) < 2 || !mind || m.disorder[file] || bytes.Compare(lines[0], lines[1]) <= 0 {
		return
	}
	m.disorder[file] = true
	m.failf("file %d is not in sorted order", file+1)
	m.stopped = m.has("check-order")
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
