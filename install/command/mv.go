package command

import (
	"strings"

	"coen/tree"
)

const mvOptions = "Z f,force n,no-clobber u update:: v,verbose T,no-target-directory " +
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

// rename is rename(2), for which a slash may follow the names of directories
// only, not of symbolic links to them.
func (c *call) rename(source, name string) error {
	from, to := strings.TrimRight(c.Path(source), "/"), c.Path(name)
	n, err := c.Tree.Lstat(from)
	switch {
	case err != nil:
		return err
	case n.Kind == tree.Directory:
		to = strings.TrimRight(to, "/")
	case strings.HasSuffix(source, "/"):
		return tree.ErrNotDir
	}
	return c.Tree.Rename(from, to)
}

// leadsTo reports whether name is n or a symbolic link to it.
func (c *call) leadsTo(name string, n *tree.Node) bool {
	l, _ := c.lstat(name)
	followed, _ := c.lookup(name)
	return l == n || followed == n
}

func (c *call) mv(source, name string) int {
	from, err := c.lstat(source)
	if err != nil {
		return c.failf("cannot stat %s: %s", quote(source), reason(err))
	}
	if to, err := c.lstat(name); err == nil {
		switch {
		case c.last("f", "n") == "n" || c.value("update") == "none":
			return 0
		case from.Kind != tree.Directory && c.leadsTo(source, to):
			return c.failf("%s and %s are the same file", quote(source), quote(name))
		case (c.has("u") || c.has("update") && c.olderOnly()) && to.ModTime >= from.ModTime:
			return 0
		case from.Kind == tree.Directory && to.Kind != tree.Directory:
			return c.failf("cannot overwrite non-directory %s with directory %s", quote(name), quote(source))
		case from.Kind != tree.Directory && to.Kind == tree.Directory:
			return c.failf("cannot overwrite directory %s with non-directory %s", quote(name), quote(source))
		}
	}
	if err := c.rename(source, name); err != nil {
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
