package command

import (
	"path"
	"strings"

	"coen/tree"
)

const lnOptions = "s,symbolic f,force n,no-dereference r,relative v,verbose T,no-target-directory " +
	"t,target-directory: P,physical L,logical"

func ln(c *call) int {
	if len(c.operands) == 1 && !c.has("t") && !c.has("T") {
		c.operands = append(c.operands, ".")
	}
	sources, d, status := c.destination(!c.has("n"))
	for _, source := range sources {
		if c.ln(source, d.of(source)) != 0 {
			status = 1
		}
	}
	return status
}

func (c *call) ln(source, name string) int {
	symbolic, force := c.has("s"), c.has("f")
	old, err := c.lstat(source)
	if !symbolic {
		if err == nil && c.last("P", "L") == "L" {
			old, err = c.lookup(source)
		}
		switch {
		case err != nil:
			return c.failf("failed to access %s: %s", quote(source), reason(err))
		case old.Kind == tree.Directory:
			return c.failf("%s: hard link not allowed for directory", source)
		}
	}
	if there, err := c.lstat(name); err == nil && force {
		switch {
		case there.Kind == tree.Directory:
			return c.failf("%s: cannot overwrite directory", name)
		case there == old && !symbolic || c.samePlace(source, name):
			return c.failf("%s and %s are the same file", quote(source), quote(name))
		}
		if err := c.Tree.Remove(c.Path(name)); err != nil {
			return c.failf("cannot remove %s: %s", quote(name), reason(err))
		}
	}
	return c.link(source, name)
}

func (c *call) link(source, name string) int {
	kind, target := "hard", source
	arrow := "=>"
	var err error
	if c.has("s") {
		kind, arrow = "symbolic", "->"
		if c.has("r") {
			target = c.relative(source, path.Dir(c.Path(name)))
		}
		err = c.symlink(target, name)
	} else {
		from := c.Path(source)
		if c.last("P", "L") == "L" {
			from, _ = c.Tree.Resolve(from)
		}
		err = c.Tree.Link(from, c.Path(name))
	}
	if err != nil {
		text := reason(err)
		if kind == "hard" && text != tree.ErrExist.Error() {
			text = "=> " + quote(source) + ": " + text
			return c.failf("failed to create hard link %s %s", quote(name), text)
		}
		if target == "" {
			text = "-> '': " + text
			return c.failf("failed to create symbolic link %s %s", quote(name), text)
		}
		return c.failf("failed to create %s link %s: %s", kind, quote(name), text)
	}
	if c.has("v") {
		c.printf("%s %s %s\n", quote(name), arrow, quote(target))
	}
	return 0
}

func (c *call) symlink(target, name string) error {
	if target == "" || name == "" {
		return tree.ErrNotExist
	}
	return c.Tree.Symlink(target, c.Path(name))
}

// samePlace reports whether two names are the same entry of one directory.
func (c *call) samePlace(a, b string) bool {
	x, err := c.Tree.ResolveParent(c.Path(a))
	if err != nil {
		return false
	}
	y, err := c.Tree.ResolveParent(c.Path(b))
	return err == nil && x == y
}

// relative returns the path that leads from the directory from to name.
func (c *call) relative(name, from string) string {
	return relativePath(c.canonical(name), c.canonical(from))
}

// relativePath returns the path that leads from one directory to a file; both
// are absolute and clean.
func relativePath(to, from string) string {
	if from == "/" {
		from = ""
	}
	up := ""
	for from != "" && to != from && !strings.HasPrefix(to, from+"/") {
		from = strings.TrimSuffix(path.Dir(from), "/")
		up += "../"
	}
	rest := strings.TrimPrefix(strings.TrimPrefix(to, from), "/")
	if result := strings.TrimSuffix(up+rest, "/"); result != "" {
		return result
	}
	return "."
}
