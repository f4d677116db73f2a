package command

import (
	"strconv"
	"strings"
)

// database returns the lines of a colon separated file in /etc as fields,
// leaving out comments and lines with fewer than min fields.
func (c *call) database(file string, min int) [][]string {
	data, err := c.Tree.ReadFile(file)
	if err != nil {
		return nil
	}
	var all [][]string
	for line := range strings.Lines(string(data)) {
		fields := strings.Split(strings.TrimSuffix(line, "\n"), ":")
		if len(fields) >= min && fields[0] != "" && !strings.HasPrefix(line, "#") {
			all = append(all, fields)
		}
	}
	return all
}

func (c *call) users() [][]string  { return c.database("/etc/passwd", 7) }
func (c *call) groups() [][]string { return c.database("/etc/group", 4) }

// number finds the id of a name in a database, or takes the name for a number.
func number(db [][]string, name string) (id uint32, ok bool) {
	for _, f := range db {
		if f[0] == name {
			return parseID(f[2])
		}
	}
	return parseID(name)
}

func parseID(s string) (uint32, bool) {
	v, err := strconv.ParseUint(strings.TrimPrefix(s, "+"), 10, 32)
	return uint32(v), err == nil
}

// nameOf finds the name of an id in a database; ok is false if there is none,
// and the name then the number.
func nameOf(db [][]string, id uint32) (name string, ok bool) {
	number := strconv.FormatUint(uint64(id), 10)
	for _, f := range db {
		if f[2] == number {
			return f[0], true
		}
	}
	return number, false
}

// An owner is a parsed operand of chown: nil means that a part stays.
type owner struct{ uid, gid *uint32 }

// owner reads "user", "user:", "user:group" or ":group". The message is what
// GNU programs say of a wrong one.
func (c *call) owner(s string) (o owner, message string) {
	user, group, both := strings.Cut(s, ":")
	if user != "" {
		id, ok := number(c.users(), user)
		if !ok {
			return o, "invalid user: " + quote(s)
		}
		o.uid = &id
	}
	switch {
	case group != "":
		id, ok := number(c.groups(), group)
		if !ok {
			return o, "invalid group: " + quote(s)
		}
		o.gid = &id
	case both && user != "":
		for _, f := range c.users() {
			if f[0] == user {
				id, _ := parseID(f[3])
				o.gid = &id
				return o, ""
			}
		}
		return o, "invalid spec: " + quote(s)
	}
	return o, ""
}

// of returns the owner a file gets that has uid and gid now.
func (o owner) of(uid, gid uint32) (uint32, uint32) {
	if o.uid != nil {
		uid = *o.uid
	}
	if o.gid != nil {
		gid = *o.gid
	}
	return uid, gid
}
