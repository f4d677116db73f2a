package command

import "bytes"

const nlOptions = "b,body-numbering: w,number-width: s,number-separator: v,starting-line-number: n,number-format:"

// nl numbers lines; its logical pages, which no script uses, are not modelled.
func nl(c *call) int {
	style := c.value("b")
	if style == "" {
		style = "t"
	}
	width, next, separator := 6, 1, "\t"
	var ok = true
	if c.has("w") {
		width, ok = atoi(c.value("w"))
	}
	if c.has("v") && ok {
		next, ok = atoi(c.value("v"))
	}
	if c.has("s") {
		separator = c.value("s")
	}
	layout := map[string]string{"": "%*d", "rn": "%*d", "ln": "%-*d", "rz": "%0*d"}[c.value("n")]
	if !ok || style != "a" && style != "t" && style != "n" || layout == "" || width < 1 || width > 1000 {
		return c.unmodelled("these arguments")
	}
	return c.inputs(c.operands, func(_ string, data []byte) {
		for _, line := range records(data, '\n') {
			line = bytes.TrimSuffix(line, []byte("\n"))
			switch {
			case bytes.HasPrefix(line, []byte(`\:`)) && len(bytes.ReplaceAll(line, []byte(`\:`), nil)) == 0:
				c.unmodelled("logical pages")
			case style == "a" || style == "t" && len(line) > 0:
				c.printf(layout+"%s%s\n", width, next, separator, line)
				next++
			default:
				c.printf("%*s%s\n", width+len(separator), "", line)
			}
		}
	})
}
