package command

import (
	"path"
	"strings"

	"coen/tree"
)

const rmdirOptions = "p,parents v,verbose ignore-fail-on-non-empty"

func rmdir(c *call) int {
	if len(c.operands) == 0 {
		return c.missing()
	}
	status := 0
	for _, name := range c.operands {
		for {
			if !c.rmdir(name) {
				status = 1
				break
			}
			name = strings.TrimRight(name, "/")
			if !c.has("p") || !strings.Contains(name, "/") || path.Dir(name) == "/" {
				break
			}
			name = path.Dir(name)
		}
	}
	return status
}

func (c *call) rmdir(name string) bool {
	if c.has("v") {
		c.printf("rmdir: removing directory, %s\n", quote(name))
	}
	n, err := c.lstat(name)
	if err == nil && n.Kind != tree.Directory {
		err = tree.ErrNotDir
	}
	if err == nil {
		err = c.Tree.Remove(c.Path(name))
	}
	if err == nil {
		return true
	}
	text := reason(err)
	if c.has("ignore-fail-on-non-empty") && text == tree.ErrNotEmpty.Error() {
		return true
	}
	c.failf("failed to remove %s: %s", quote(name), text)
	return false
}
