package command

import "slices"

const tacOptions = ""

func tac(c *call) int {
	return c.inputs(c.operands, func(_ string, data []byte) {
		for _, line := range slices.Backward(records(data, '\n')) {
			c.out.Write(line)
		}
	})
}
