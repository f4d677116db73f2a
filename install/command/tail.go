package command

import (
	"bytes"
	"strings"
)

const tailOptions = "# n,lines: c,bytes: q,quiet,silent v,verbose z,zero-terminated"

func tail(c *call) int {
	c.obsoleteTail()
	unit, text := c.amount("10")
	fromStart := strings.HasPrefix(text, "+")
	n, ok := parseCount(strings.TrimLeft(text, "+-"))
	if !ok {
		return c.failf("invalid number of %s: %s", unit, quote(text))
	}
	return c.portions(func(name string) ([]byte, error) {
		data, err := c.read(name)
		all := c.units(data, unit)
		if fromStart {
			return bytes.Join(all[min(max(n-1, 0), len(all)):], nil), err
		}
		return bytes.Join(all[max(len(all)-n, 0):], nil), err
	})
}

// obsoleteTail turns the old form "tail +5 file" into "tail -n +5 file".
func (c *call) obsoleteTail() {
	if len(c.given) > 0 || len(c.operands) == 0 || len(c.operands) > 2 {
		return
	}
	if first := c.operands[0]; len(first) > 1 && first[0] == '+' && isDigit(first[1]) {
		c.given = append(c.given, setting{"n", first})
		c.operands = c.operands[1:]
	}
}
