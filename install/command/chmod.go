package command

import "coen/tree"

// The permission letters are options of getopt only in form: "chmod -x f" asks
// for a mode, not for an option.
const chmodOptions = "R,recursive v,verbose c,changes f,silent,quiet reference: " +
	"preserve-root no-preserve-root r w x X s t u g o a"

func chmod(c *call) int {
	change, status := c.modeOperand()
	if status != 0 {
		return status
	}
	for _, name := range c.operands {
		if c.chmod(name, change) != 0 {
			status = 1
		}
	}
	return status
}

// modeOperand takes the mode from the arguments.
func (c *call) modeOperand() (change modeChange, status int) {
	if c.has("reference") {
		n, err := c.lookup(c.value("reference"))
		if err != nil {
			return change, c.failf("failed to get attributes of %s: %s", quote(c.value("reference")), reason(err))
		}
		if len(c.operands) == 0 {
			return change, c.missing()
		}
		return exactMode(n.Mode), 0
	}
	mode := ""
	for _, s := range c.given {
		if len(s.name) == 1 && (whoBits[s.name[0]] != 0 || s.name == "X" || permissionBits[s.name[0]] != 0) {
			mode += ",-" + s.name
		}
	}
	if mode != "" {
		mode = mode[1:]
	} else if len(c.operands) > 0 {
		mode, c.operands = c.operands[0], c.operands[1:]
		if len(c.operands) == 0 {
			return change, c.misuse("missing operand after %s", quote(mode))
		}
	}
	if len(c.operands) == 0 {
		return change, c.missing()
	}
	change, ok := parseMode(mode, c.Umask)
	if !ok {
		return change, c.misuse("invalid mode: %s", quote(mode))
	}
	return change, 0
}

func exactMode(mode uint32) modeChange {
	return modeChange{actions: []modeAction{{op: '=', who: 0o7777, bits: mode, mentioned: 0o7777}}}
}

func (c *call) chmod(name string, change modeChange) int {
	n, err := c.lookup(name)
	if err != nil {
		return c.chmodFailed(name, err)
	}
	if !c.has("R") {
		c.setMode(name, n, change)
		return 0
	}
	c.descend(name, n, func(name string, n *tree.Node) {
		if n.Kind != tree.Symlink {
			c.setMode(name, n, change)
		}
	})
	return 0
}

func (c *call) chmodFailed(name string, err error) int {
	_, dangling := c.lstat(name)
	switch {
	case c.has("f"):
		return 1
	case dangling == nil:
		return c.failf("cannot operate on dangling symlink %s", quote(name))
	}
	return c.failf("cannot access %s: %s", quote(name), reason(err))
}

func (c *call) setMode(name string, n *tree.Node, change modeChange) {
	old := n.Mode
	c.Tree.Chmod(c.Path(name), change.apply(old, n.Kind == tree.Directory))
	switch {
	case old != n.Mode && (c.has("v") || c.has("c")):
		c.printf("mode of %s changed from %04o (%s) to %04o (%s)\n", quote(name),
			old, permissions(old), n.Mode, permissions(n.Mode))
	case c.has("v"):
		c.printf("mode of %s retained as %04o (%s)\n", quote(name), old, permissions(old))
	}
}

// permissions returns the nine letters of ls -l.
func permissions(mode uint32) string {
	b := []byte("rwxrwxrwx")
	for i := range b {
		if mode>>(8-i)&1 == 0 {
			b[i] = '-'
		}
	}
	for i, special := range []struct {
		bit   uint32
		on, x byte
	}{{setUID, 'S', 's'}, {setGID, 'S', 's'}, {sticky, 'T', 't'}} {
		if mode&special.bit != 0 {
			if at := 3*i + 2; b[at] == 'x' {
				b[at] = special.x
			} else {
				b[at] = special.on
			}
		}
	}
	return string(b)
}
