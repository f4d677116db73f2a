package command

const expandOptions = "i,initial t,tabs:"

func expand(c *call) int {
	size := 8
	if c.has("t") {
		var ok bool
		if size, ok = atoi(c.value("t")); !ok || size < 1 || size > 1000 {
			return c.unmodelled("tab stops %q", c.value("t"))
		}
	}
	return c.inputs(c.operands, func(_ string, data []byte) {
		column, leading := 0, true
		for _, b := range data {
			switch {
			case b == '\n':
				column, leading = -1, true
			case b == '\b':
				column = max(column-2, -1)
			case b == '\t' && (leading || !c.has("i")):
				for n := size - column%size; n > 0; n-- {
					c.out.WriteByte(' ')
					column++
				}
				continue
			case b != ' ' && b != '\t':
				leading = false
			}
			column++
			c.out.WriteByte(b)
		}
	})
}
