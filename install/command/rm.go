package command

import (
	"strings"

	"coen/tree"
)

const rmOptions = "f,force r,R,recursive d,dir v,verbose i I interactive:: " +
	"one-file-system no-preserve-root preserve-root::"

func rm(c *call) int {
	force := c.last("f", "i", "I", "interactive") == "f"
	if !force && c.last("i", "I", "interactive") != "" {
		return c.unmodelled("asking before removal")
	}
	if len(c.operands) == 0 && !force {
		return c.missing()
	}
	status := 0
	for _, name := range c.operands {
		if n, err := c.lstat(name); err != nil {
			if !force || !isAbsent(err) {
				status = c.failf("cannot remove %s: %s", quote(name), reason(err))
			}
		} else if c.rm(name, n) != 0 {
			status = 1
		}
	}
	return status
}

// isAbsent reports whether err says that a path leads to nothing.
func isAbsent(err error) bool {
	text := reason(err)
	return text == tree.ErrNotExist.Error() || text == tree.ErrNotDir.Error()
}

func (c *call) rm(name string, n *tree.Node) int {
	if n.Kind == tree.Directory {
		switch last := base(name); {
		case last == "." || last == "..":
			return c.failf("refusing to remove '.' or '..' directory: skipping %s", quote(name))
		case !c.has("r") && !c.has("d"):
			return c.failf("cannot remove %s: Is a directory", quote(name))
		case c.has("r"):
			if real, err := c.Tree.Resolve(c.Path(name)); err == nil && real == "/" {
				return c.unmodelled("removing %q", name)
			}
			for _, child := range n.Names() {
				c.rm(join(name, child), n.Child(child))
			}
		}
	}
	if err := c.Tree.Remove(strings.TrimRight(c.Path(name), "/")); err != nil {
		return c.failf("cannot remove %s: %s", quote(name), reason(err))
	}
	c.verbose(n, name)
	return 0
}

func (c *call) verbose(n *tree.Node, name string) {
	switch {
	case !c.has("v"):
	case n.Kind == tree.Directory:
		c.printf("removed directory %s\n", quote(name))
	default:
		c.printf("removed %s\n", quote(name))
	}
}
