package command

import "strings"

const dirnameOptions = "+ z,zero"

func dirname(c *call) int {
	if len(c.operands) == 0 {
		return c.missing()
	}
	for _, name := range c.operands {
		trimmed := strings.TrimRight(name, "/")
		slash := strings.LastIndexByte(trimmed, '/')
		switch dir := strings.TrimRight(trimmed[:slash+1], "/"); {
		case dir != "":
			c.line(dir)
		case strings.HasPrefix(name, "/"):
			c.line("/")
		default:
			c.line(".")
		}
	}
	return 0
}
