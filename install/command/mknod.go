package command

import (
	"strconv"

	"coen/tree"
)

const mknodOptions = "m,mode: Z"

var nodeKinds = map[string]tree.Kind{
	"b": tree.BlockDevice, "c": tree.CharDevice, "u": tree.CharDevice, "p": tree.Fifo,
}

func mknod(c *call) int {
	switch len(c.operands) {
	case 0:
		return c.missing()
	case 1:
		return c.misuse("missing operand after %s", quote(c.operands[0]))
	}
	kind, ok := nodeKinds[c.operands[1]]
	if !ok {
		return c.misuse("invalid device type %s", quote(c.operands[1]))
	}
	need := 4
	if kind == tree.Fifo {
		need = 2
	}
	if len(c.operands) < need {
		return c.misuse("missing operand after %s", quote(c.operands[len(c.operands)-1]))
	}
	if c.extra(need) {
		return 1
	}
	var numbers [2]uint32
	for i, s := range c.operands[2:] {
		v, err := strconv.ParseUint(s, 0, 32)
		if err != nil {
			return c.failf("invalid %s device number %s", []string{"major", "minor"}[i], quote(s))
		}
		numbers[i] = uint32(v)
	}
	return c.makeNode(c.operands[0], kind, numbers[0], numbers[1])
}

const mkfifoOptions = mknodOptions

func mkfifo(c *call) int {
	if len(c.operands) == 0 {
		return c.missing()
	}
	status := 0
	for _, name := range c.operands {
		if c.makeNode(name, tree.Fifo, 0, 0) != 0 {
			status = 1
		}
	}
	return status
}

// makeNode makes a device or fifo with the mode of -m or the umask's.
func (c *call) makeNode(name string, kind tree.Kind, major, minor uint32) int {
	mode := 0o666 &^ c.Umask
	if c.has("m") {
		change, ok := parseMode(c.value("m"), c.Umask)
		if !ok {
			return c.failf("invalid mode")
		}
		mode = change.apply(0o666, false)
	}
	err := error(tree.ErrNotExist)
	if name != "" {
		err = c.Tree.Mknod(c.Path(name), kind, mode, major, minor)
	}
	switch {
	case err == nil:
		return 0
	case c.name() == "mkfifo":
		return c.failf("cannot create fifo %s: %s", quote(name), reason(err))
	}
	return c.failf("%s: %s", name, reason(err))
}
