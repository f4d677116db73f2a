package command

import "coen/tree"

const linkOptions = ""

func link(c *call) int {
	if len(c.operands) != 2 {
		return c.twoOperands()
	}
	from, to := c.operands[0], c.operands[1]
	_, err := c.lstat(from)
	if err == nil && to == "" {
		err = tree.ErrNotExist
	}
	if err == nil {
		err = c.Tree.Link(c.Path(from), c.Path(to))
	}
	if err != nil {
		return c.failf("cannot create link %s to %s: %s", quote(to), quote(from), reason(err))
	}
	return 0
}

// twoOperands complains about a number of operands other than two.
func (c *call) twoOperands() int {
	switch n := len(c.operands); {
	case n == 1:
		return c.misuse("missing operand after %s", quote(c.operands[0]))
	case n > 2:
		return c.misuse("extra operand %s", quote(c.operands[2]))
	}
	return c.misuse("missing operand")
}

const unlinkOptions = ""

func unlink(c *call) int {
	if len(c.operands) == 0 {
		return c.missing()
	}
	if c.extra(1) {
		return 1
	}
	name := c.operands[0]
	n, err := c.lstat(name)
	if err == nil && n.Kind == tree.Directory {
		err = tree.ErrIsDir
	}
	if err == nil {
		err = c.Tree.Remove(c.Path(name))
	}
	if err != nil {
		return c.failf("cannot unlink %s: %s", quote(name), reason(err))
	}
	return 0
}
