package command

const foldOptions = "# b,bytes s,spaces w,width:"

func fold(c *call) int {
	width := 80
	if o := c.last("#", "w"); o != "" {
		var ok bool
		if width, ok = atoi(c.value(o)); !ok || width < 1 {
			return c.failf("invalid number of columns: %s", quote(c.value(o)))
		}
	}
	return c.inputs(c.operands, func(_ string, data []byte) {
		var line []byte
		for _, b := range data {
			if b == '\n' {
				c.printf("%s\n", line)
				line = line[:0]
				continue
			}
			for c.columnAfter(append(line, b)) > width && len(line) > 0 {
				at := len(line)
				if c.has("s") {
					at = breakAfterBlank(line)
				}
				c.printf("%s\n", line[:at])
				line = append(line[:0], line[at:]...)
			}
			line = append(line, b)
		}
		c.out.Write(line)
	})
}

// breakAfterBlank returns the place behind the last blank, or the end.
func breakAfterBlank(line []byte) int {
	for i := len(line) - 1; i >= 0; i-- {
		if isBlank(line[i]) {
			return i + 1
		}
	}
	return len(line)
}

// columnAfter returns the column in which a line ends.
func (c *call) columnAfter(line []byte) int {
	if c.has("b") {
		return len(line)
	}
	column := 0
	for _, b := range line {
		switch b {
		case '\t':
			column += 8 - column%8
		case '\b':
			column = max(column-1, 0)
		case '\r':
			column = 0
		default:
			column++
		}
	}
	return column
}
