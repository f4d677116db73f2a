package command

import (
	"strings"

	"coen/tree"
)

const chownOptions = "R,recursive h,no-dereference dereference v,verbose c,changes f,silent,quiet " +
	"reference: from: P preserve-root no-preserve-root"

func chown(c *call) int {
	return c.changeOwners(func(spec string) (owner, string) { return c.owner(spec) })
}

const chgrpOptions = chownOptions

func chgrp(c *call) int {
	return c.changeOwners(func(spec string) (owner, string) {
		id, ok := number(c.groups(), spec)
		if !ok {
			return owner{}, "invalid group: " + quote(spec)
		}
		return owner{gid: &id}, ""
	})
}

// changeOwners is chown and chgrp, which differ in how they read their first
// operand.
func (c *call) changeOwners(parse func(string) (owner, string)) int {
	var to owner
	switch {
	case c.has("reference"):
		n, err := c.lookup(c.value("reference"))
		if err != nil {
			return c.failf("failed to get attributes of %s: %s", quote(c.value("reference")), reason(err))
		}
		to = owner{&n.UID, &n.GID}
	case len(c.operands) == 0:
		return c.missing()
	case len(c.operands) == 1:
		return c.misuse("missing operand after %s", quote(c.operands[0]))
	default:
		var message string
		if to, message = parse(c.operands[0]); message != "" {
			return c.failf("%s", message)
		}
		c.operands = c.operands[1:]
	}
	var from owner
	if c.has("from") {
		var message string
		if from, message = c.owner(c.value("from")); message != "" {
			return c.failf("%s", message)
		}
	}
	return c.chownAll(to, from)
}

func (c *call) chownAll(to, from owner) int {
	// With -R, symbolic links themselves are changed, the operands among them.
	link := c.has("R") || c.last("h", "dereference") == "h"
	status := 0
	for _, name := range c.operands {
		n, err := c.lookup(name)
		l, dangling := c.lstat(name)
		if link {
			n, err = l, dangling
		}
		switch {
		case err != nil && c.has("f"):
			status = 1
		case err != nil && dangling == nil:
			status = c.failf("cannot dereference %s: %s", quote(name), reason(err))
		case err != nil:
			status = c.failf("cannot access %s: %s", quote(name), reason(err))
		case c.has("R"):
			c.descend(name, n, func(name string, n *tree.Node) { c.setOwner(name, n, to, from) })
		default:
			c.setOwner(name, n, to, from)
		}
	}
	return status
}

// setOwner changes the owner of n, to which name leads.
func (c *call) setOwner(name string, n *tree.Node, to, from owner) {
	if uid, gid := from.of(n.UID, n.GID); uid != n.UID || gid != n.GID {
		return
	}
	old := c.ownerName(n, to)
	uid, gid := to.of(n.UID, n.GID)
	if n.Kind == tree.Symlink {
		c.Tree.Lchown(strings.TrimRight(c.Path(name), "/"), uid, gid)
	} else {
		c.Tree.Chown(c.Path(name), uid, gid)
	}
	if now := c.ownerName(n, to); c.has("v") || c.has("c") && now != old {
		c.reportOwner(name, old, now)
	}
}

// ownerName returns those parts of the owner that are to change.
func (c *call) ownerName(n *tree.Node, to owner) string {
	group, _ := nameOf(c.groups(), n.GID)
	user, _ := nameOf(c.users(), n.UID)
	switch {
	case c.name() == "chgrp":
		return group
	case to.gid == nil:
		return user
	case to.uid == nil:
		return ":" + group
	}
	return user + ":" + group
}

func (c *call) reportOwner(name, old, now string) {
	what := "ownership"
	if c.name() == "chgrp" {
		what = "group"
	}
	if old == now {
		c.printf("%s of %s retained as %s\n", what, quote(name), now)
	} else {
		c.printf("changed %s of %s from %s to %s\n", what, quote(name), old, now)
	}
}
