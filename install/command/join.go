package command

import (
	"bytes"
	"strings"
)

const joinOptions = "1: 2: j: t: a: v: i,ignore-case nocheck-order check-order"

// A joinFile is one side of a join: its lines as fields.
type joinFile struct {
	lines [][]string
	key   int // index of the join field
}

func (f joinFile) keyOf(line int) string {
	if f.key < len(f.lines[line]) {
		return f.lines[line][f.key]
	}
	return ""
}

// joinFiles is join(1) without -o and -e.
func joinFiles(c *call) int {
	if len(c.operands) != 2 {
		return c.twoOperands()
	}
	var sides [2]joinFile
	for i, option := range []string{"1", "2"} {
		if o := c.last(option, "j"); o != "" {
			n, ok := atoi(c.value(o))
			if !ok || n < 1 {
				return c.failf("invalid field number: %s", quote(c.value(o)))
			}
			sides[i].key = n - 1
		}
		data, err := c.read(c.operands[i])
		if err != nil {
			return c.failf("%s: %s", c.operands[i], reason(err))
		}
		for _, line := range records(data, '\n') {
			sides[i].lines = append(sides[i].lines, c.joinFields(string(bytes.TrimSuffix(line, []byte("\n")))))
		}
	}
	c.join(sides[0], sides[1])
	return 0
}

func (c *call) joinFields(line string) []string {
	if t := c.value("t"); t != "" {
		return strings.Split(line, t)
	}
	return strings.Fields(line)
}

// join goes through both sides, which are sorted by their keys.
func (c *call) join(a, b joinFile) {
	i, j := 0, 0
	for i < len(a.lines) && j < len(b.lines) {
		switch order := c.joinCompare(a.keyOf(i), b.keyOf(j)); {
		case order < 0:
			c.unpaired(a, i, "1")
			i++
		case order > 0:
			c.unpaired(b, j, "2")
			j++
		default:
			key := a.keyOf(i)
			m, n := i, j
			for m < len(a.lines) && c.joinCompare(a.keyOf(m), key) == 0 {
				m++
			}
			for n < len(b.lines) && c.joinCompare(b.keyOf(n), key) == 0 {
				n++
			}
			for x := i; x < m && !c.has("v"); x++ {
				for y := j; y < n; y++ {
					c.joined(a.keyOf(x), rest(a.lines[x], a.key), rest(b.lines[y], b.key))
				}
			}
			i, j = m, n
		}
	}
	for ; i < len(a.lines); i++ {
		c.unpaired(a, i, "1")
	}
	for ; j < len(b.lines); j++ {
		c.unpaired(b, j, "2")
	}
}

func (c *call) joinCompare(x, y string) int {
	if c.has("i") {
		x, y = strings.ToLower(x), strings.ToLower(y)
	}
	return strings.Compare(x, y)
}

// unpaired writes a line without a partner, if -a or -v ask for it.
func (c *call) unpaired(f joinFile, line int, side string) {
	for _, s := range c.given {
		if (s.name == "a" || s.name == "v") && s.value == side {
			c.joined(f.keyOf(line), rest(f.lines[line], f.key), nil)
			return
		}
	}
}

func (c *call) joined(key string, a, b []string) {
	separator := " "
	if t := c.value("t"); t != "" {
		separator = t
	}
	c.printf("%s\n", strings.Join(append(append([]string{key}, a...), b...), separator))
}

// rest returns the fields without the one at index key.
func rest(fields []string, key int) []string {
	if key >= len(fields) {
		return fields
	}
	return append(append([]string(nil), fields[:key]...), fields[key+1:]...)
}
