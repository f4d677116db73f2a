package command

import "strings"

const yesOptions = ""

// yesOutput is how much yes writes, since a pipeline's stage runs to its end
// before the next one reads: more than any script reads.
const yesOutput = 1 << 20

// sigPipe is the status of a process that SIGPIPE ended, as seen by a shell.
const sigPipe = 141

func yes(c *call) int {
	text := "y\n"
	if len(c.operands) > 0 {
		text = strings.Join(c.operands, " ") + "\n"
	}
	for n := 0; n < yesOutput; n += len(text) {
		if _, err := c.out.WriteString(text); err != nil {
			return c.failf("standard output: %s", reason(err))
		}
	}
	return sigPipe
}
