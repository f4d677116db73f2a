package command

import (
	"bytes"
	"fmt"
)

const catOptions = "n,number b,number-nonblank s,squeeze-blank E,show-ends T,show-tabs " +
	"v,show-nonprinting A,show-all e t u"

func cat(c *call) int {
	number, nonblank := c.has("n"), c.has("b")
	ends := c.has("E") || c.has("A") || c.has("e")
	tabs := c.has("T") || c.has("A") || c.has("t")
	visible := c.has("v") || c.has("A") || c.has("e") || c.has("t")
	if !number && !nonblank && !ends && !tabs && !visible && !c.has("s") {
		return c.inputs(c.operands, func(_ string, data []byte) { c.out.Write(data) })
	}
	count, blank, partial := 0, false, false
	return c.inputs(c.operands, func(_ string, data []byte) {
		for _, line := range records(data, '\n') {
			text, full := bytes.CutSuffix(line, []byte("\n"))
			empty := full && len(text) == 0 && !partial
			if empty && blank && c.has("s") {
				continue
			}
			blank = empty
			if !partial && (nonblank && !empty || number && !nonblank) {
				count++
				c.printf("%6d\t", count)
			}
			c.out.Write(show(text, visible, tabs))
			if full && ends {
				c.out.WriteByte('$')
			}
			if full {
				c.out.WriteByte('\n')
			}
			partial = !full
		}
	})
}

// show makes control characters and bytes above 127 visible, tabs only if
// asked.
func show(text []byte, visible, tabs bool) []byte {
	var b bytes.Buffer
	for _, ch := range text {
		switch {
		case ch == '\t' && tabs:
			b.WriteString("^I")
		case ch == '\t' || !visible:
			b.WriteByte(ch)
		default:
			if ch >= 0x80 {
				b.WriteString("M-")
				ch -= 0x80
			}
			if ch < 0x20 || ch == 0x7f {
				fmt.Fprintf(&b, "^%c", ch^0x40)
			} else {
				b.WriteByte(ch)
			}
		}
	}
	return b.Bytes()
}
