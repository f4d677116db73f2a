package command

import (
	"fmt"
	"slices"
	"strings"
)

const idOptions = "u,user g,group G,groups n,name r,real z,zero a Z"

func id(c *call) int {
	if c.extra(1) {
		return 1
	}
	uid, gid := uint32(0), uint32(0)
	user := "root"
	if len(c.operands) == 1 {
		found := false
		for _, f := range c.users() {
			if f[0] == c.operands[0] || f[2] == c.operands[0] {
				uid, _ = parseID(f[2])
				gid, _ = parseID(f[3])
				user, found = f[0], true
				break
			}
		}
		if !found {
			return c.failf("%s: no such user", quote(c.operands[0]))
		}
	}
	groups := []uint32{gid}
	if len(c.operands) == 1 {
		groups = c.groupsOf(user, gid)
	}
	return c.showID(uid, gid, groups)
}

// groupsOf returns the groups of a user, the primary one first.
func (c *call) groupsOf(user string, primary uint32) []uint32 {
	ids := []uint32{primary}
	for _, f := range c.groups() {
		if id, ok := parseID(f[2]); ok && slices.Contains(strings.Split(f[3], ","), user) && id != primary {
			ids = append(ids, id)
		}
	}
	return ids
}

func (c *call) showID(uid, gid uint32, groups []uint32) int {
	switch c.last("u", "g", "G") {
	case "u":
		return c.showNames(c.users(), uid)
	case "g":
		return c.showNames(c.groups(), gid)
	case "G":
		return c.showNames(c.groups(), groups...)
	}
	if c.has("n") || c.has("r") {
		return c.failf("cannot print only names or real IDs in default format")
	}
	var list []string
	for _, id := range groups {
		list = append(list, numberAndName(c.groups(), id))
	}
	c.line(fmt.Sprintf("uid=%s gid=%s groups=%s", numberAndName(c.users(), uid),
		numberAndName(c.groups(), gid), strings.Join(list, ",")))
	return 0
}

func numberAndName(db [][]string, id uint32) string {
	if name, ok := nameOf(db, id); ok {
		return fmt.Sprintf("%d(%s)", id, name)
	}
	return fmt.Sprint(id)
}

// showNames writes ids or, with -n, names.
func (c *call) showNames(db [][]string, ids ...uint32) int {
	status := 0
	var list []string
	for _, id := range ids {
		name := fmt.Sprint(id)
		if c.has("n") {
			var ok bool
			if name, ok = nameOf(db, id); !ok {
				status = c.failf("cannot find name for ID %d", id)
			}
		}
		list = append(list, name)
	}
	c.line(strings.Join(list, " "))
	return status
}

const whoamiOptions = ""

func whoami(c *call) int {
	if c.extra(0) {
		return 1
	}
	name, ok := nameOf(c.users(), 0)
	if !ok {
		return c.failf("cannot find name for user ID 0")
	}
	c.line(name)
	return 0
}

const groupsOptions = ""

// groups lists the groups of root, or of each user named.
func groups(c *call) int {
	if len(c.operands) == 0 {
		c.given = []setting{{"n", ""}}
		return c.showNames(c.groups(), 0)
	}
	status := 0
	for _, user := range c.operands {
		gid, found := uint32(0), false
		for _, f := range c.users() {
			if f[0] == user {
				gid, found = parseID(f[3])
			}
		}
		if !found {
			status = c.failf("%s: no such user", quote(user))
			continue
		}
		c.printf("%s : ", user)
		c.given = []setting{{"n", ""}}
		if c.showNames(c.groups(), c.groupsOf(user, gid)...) != 0 {
			status = 1
		}
	}
	return status
}
