package command

import (
	"bytes"
	"io"
)

const teeOptions = "a,append i,ignore-interrupts p output-error::"

func tee(c *call) int {
	data, err := io.ReadAll(c.Stdin())
	if err != nil {
		return c.failf("read error: %s", reason(err))
	}
	status := 0
	for _, name := range c.operands {
		body := data
		if c.has("a") {
			old, _ := c.read(name)
			body = append(bytes.Clone(old), data...)
		}
		if err := c.write(name, body); err != nil {
			status = c.failf("%s: %s", name, reason(err))
		}
	}
	c.out.Write(data)
	return status
}
