package command

import "strings"

// echo is /bin/echo of coreutils, not the built-in command of a shell.
func echo(c *call) int {
	newline, escapes := true, false
	args := c.operands
	for len(args) > 0 && len(args[0]) > 1 && args[0][0] == '-' && strings.Trim(args[0][1:], "neE") == "" {
		for _, letter := range args[0][1:] {
			switch letter {
			case 'n':
				newline = false
			case 'e':
				escapes = true
			case 'E':
				escapes = false
			}
		}
		args = args[1:]
	}
	text := strings.Join(args, " ")
	if escapes {
		var stop bool
		if text, stop = expandEscapes(text); stop {
			newline = false
		}
	}
	c.printf("%s", text)
	if newline {
		c.printf("\n")
	}
	return 0
}
