package command

import "strings"

const basenameOptions = "+ a,multiple s,suffix: z,zero"

func basename(c *call) int {
	names, suffix := c.operands, c.value("s")
	switch {
	case len(names) == 0:
		return c.missing()
	case c.has("a") || c.has("s"):
	case c.extra(2):
		return 1
	case len(names) == 2:
		names, suffix = names[:1], names[1]
	}
	for _, name := range names {
		last := base(name)
		if cut := strings.TrimSuffix(last, suffix); cut != "" {
			last = cut
		}
		c.line(last)
	}
	return 0
}

// line writes text and a newline or, with -z, a NUL.
func (c *call) line(text string) {
	c.out.WriteString(text)
	c.out.WriteByte(c.terminator())
}

// terminator is the end of a line: a newline or, with -z, a NUL.
func (c *call) terminator() byte {
	if c.has("z") {
		return 0
	}
	return '\n'
}
