package command

import "coen/tree"

const readlinkOptions = "f,canonicalize e,canonicalize-existing m,canonicalize-missing " +
	"n,no-newline q,quiet s,silent v,verbose z,zero"

func readlink(c *call) int {
	if len(c.operands) == 0 {
		return c.missing()
	}
	status := 0
	for _, name := range c.operands {
		text, err := c.readlink(name)
		switch {
		case err == nil && c.has("n") && len(c.operands) == 1:
			c.printf("%s", text)
		case err == nil:
			c.line(text)
		case c.last("v", "q", "s") == "v":
			status = c.failf("%s: %s", name, reason(err))
		default:
			status = 1
		}
	}
	return status
}

func (c *call) readlink(name string) (string, error) {
	switch c.last("f", "e", "m") {
	case "f":
		return c.resolve(name, lastMayMiss)
	case "e":
		return c.resolve(name, mustExist)
	case "m":
		return c.resolve(name, mayMiss)
	}
	n, err := c.lstat(name)
	if err == nil && n.Kind != tree.Symlink {
		err = tree.ErrInvalid
	}
	if err != nil {
		return "", err
	}
	return n.Target, nil
}
