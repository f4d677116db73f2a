package command

import (
	"strings"

	"coen/tree"
)

const mvOptions = "f,force n,no-clobber u,update v,verbose T,no-target-directory " +
	"t,target-directory: i,interactive strip-trailing-slashes"

func mv(c *call) int {
	if c.last("f", "n", "i") == "i" {
		return c.unmodelled("asking before overwriting")
	}
	sources, d, status := c.destination(true)
	made := map[string]bool{}
	for _, source := range sources {
		if c.has("strip-trailing-slashes") {
			source = strings.TrimRight(source, "/")
		}
		name := d.of(source)
		if made[name] {
			status = c.failf("will not overwrite just-created %s with %s", quote(name), quote(source))
			continue
		}
		made[name] = true
		if c.mv(source, name) != 0 {
			status = 1
		}
	}
	return status
}

func (c *call) mv(source, name string) int {
	from, err := c.lstat(source)
	if err != nil {
		return c.failf("cannot stat %s: %s", quote(source), reason(err))
	}
	if to, err := c.lstat(name); err == nil {
		switch {
		case from == to && from.Kind != tree.Directory && !c.samePlace(source, name):
			// rename(2) leaves both names of one file; mv removes the source.
			if err := c.Tree.Remove(c.Path(source)); err != nil {
				return c.failf("cannot remove %s: %s", quote(source), reason(err))
			}
			return 0
		case from == to && from.Kind != tree.Directory:
			return c.failf("%s and %s are the same file", quote(source), quote(name))
		case c.last("f", "n") == "n", c.has("u") && to.ModTime >= from.ModTime:
			return 0
		case from.Kind == tree.Directory && to.Kind != tree.Directory:
			return c.failf("cannot overwrite non-directory %s with directory %s", quote(name), quote(source))
		case from.Kind != tree.Directory && to.Kind == tree.Directory:
			return c.failf("cannot overwrite directory %s with non-directory", quote(name))
		}
	}
	target := c.Path(name)
	if from.Kind == tree.Directory {
		target = strings.TrimRight(target, "/")
	}
	if err := c.Tree.Rename(strings.TrimRight(c.Path(source), "/"), target); err != nil {
		if reason(err) == tree.ErrInvalid.Error() {
			return c.failf("cannot move %s to a subdirectory of itself, %s", quote(source), quote(name))
		}
		return c.failf("cannot move %s to %s: %s", quote(source), quote(name), reason(err))
	}
	if c.has("v") {
		c.printf("renamed %s -> %s\n", quote(source), quote(name))
	}
	return 0
}
