package command

import (
	"strings"

	"coen/tree"
)

const mkdirOptions = "p,parents m,mode: v,verbose Z"

func mkdir(c *call) int {
	if len(c.operands) == 0 {
		return c.missing()
	}
	mode := 0o777 &^ c.Umask
	if s := c.value("m"); c.has("m") {
		change, ok := parseMode(s, c.Umask)
		if !ok {
			return c.failf("invalid mode %s", quote(s))
		}
		mode = change.apply(0o777, true)
	}
	status := 0
	for _, name := range c.operands {
		if c.mkdir(name, mode) != 0 {
			status = 1
		}
	}
	return status
}

func (c *call) mkdir(name string, mode uint32) int {
	if c.has("p") {
		if c.isDir(name) {
			return 0
		}
		// Those above stay writable for their owner whatever the umask.
		if bad, err := c.mkdirAbove(name, 0o777&^c.Umask|0o300); err != nil {
			return c.failf("cannot create directory %s: %s", quote(bad), reason(err))
		}
	}
	if err := c.makeDir(name, mode); err != nil {
		return c.failf("cannot create directory %s: %s", quote(name), reason(err))
	}
	return 0
}

func (c *call) makeDir(name string, mode uint32) error {
	if name == "" {
		return tree.ErrNotExist
	}
	if n, err := c.Tree.Lstat(strings.TrimRight(c.Path(name), "/")); err == nil && n != nil {
		return tree.ErrExist
	}
	if err := c.Tree.Mkdir(c.Path(name), mode); err != nil {
		return err
	}
	if c.has("v") {
		c.printf("%s: created directory %s\n", c.name(), quote(name))
	}
	return nil
}

// mkdirAbove makes the directories above name that are missing. It returns the
// one that could not be made.
func (c *call) mkdirAbove(name string, mode uint32) (bad string, err error) {
	for i := 1; i < len(name); i++ {
		dir := name[:i]
		if name[i] != '/' || name[i-1] == '/' || strings.Trim(name[i:], "/") == "" {
			continue
		}
		if c.isDir(dir) {
			continue
		}
		if _, err := c.lookup(dir); err == nil {
			return dir, tree.ErrNotDir
		}
		if err := c.makeDir(dir, mode); err != nil {
			return dir, err
		}
	}
	return "", nil
}
