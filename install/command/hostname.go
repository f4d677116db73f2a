package command

import "strings"

const hostnameOptions = "s,short"

// hostname tells the machine's name; it cannot change it.
func hostname(c *call) int {
	if len(c.operands) > 0 {
		return c.unmodelled("setting the name")
	}
	name := c.Hostname
	if c.has("s") {
		name, _, _ = strings.Cut(name, ".")
	}
	c.printf("%s\n", name)
	return 0
}
