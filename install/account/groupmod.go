package account

import (
	"strings"

	"coen/install/proc"
)

func groupmod(p *proc.Proc) (int, error) {
	opts, name, err := about(p, "a|append", "g|gid:", "n|new-name:", "o|non-unique",
		"p|password:", "U|users:")
	if err != nil {
		return badUsage(p, err)
	}
	db, err := Open(p.Tree)
	if err != nil {
		return 0, err
	}
	g, ok := db.Group(name)
	if !ok {
		return fail(p, exitNotFound, "group '%s' does not exist", name)
	}
	given := map[string]string{}
	for _, o := range opts {
		given[o.Name] = o.Value
	}
	return modGroup(p, db, g, given)
}

func modGroup(p *proc.Proc, db *DB, g Group, given map[string]string) (int, error) {
	old, oldGID := g.Name, g.GID
	if next, ok := given["new-name"]; ok && next != old {
		if _, taken := db.Group(next); taken {
			return fail(p, exitNameInUse, "group '%s' already exists", next)
		}
		if !nameOK(next) {
			return fail(p, exitArgument, "invalid group name '%s'", next)
		}
		g.Name = next
	}
	if word, ok := given["gid"]; ok {
		gid, err := parseID(word)
		if err != nil {
			return fail(p, exitArgument, "invalid group ID '%s'", word)
		}
		_, shared := given["non-unique"]
		if _, taken := db.GroupByID(gid); taken && gid != oldGID && !shared {
			return fail(p, exitIDInUse, "GID '%d' already exists", gid)
		}
		g.GID = gid
	}
	f := db.gshadow.get(old)
	if password, ok := given["password"]; ok && f != nil {
		f = []string{f[0], password, f[sgAdmins], f[sgMembers]}
	} else if ok {
		g.Password = password
	}
	db.putGroup(old, g)
	if f != nil && (g.Name != old || f[sgPassword] != db.gshadow.get(old)[sgPassword]) {
		db.gshadow.put(old, g.Name, f[sgPassword], f[sgAdmins], f[sgMembers])
	}
	db.follow(oldGID, g.GID)
	setMembers(db, g.Name, given)
	return 0, db.Write()
}

// follow moves the users of a primary group to its new gid.
func (db *DB) follow(old, gid uint32) {
	if old == gid {
		return
	}
	for _, u := range db.Users() {
		if u.GID == old {
			u.GID = gid
			db.putUser(u.Name, u)
		}
	}
}

// setMembers applies -U and -a -U.
func setMembers(db *DB, name string, given map[string]string) {
	list, ok := given["users"]
	if !ok {
		return
	}
	if _, add := given["append"]; !add {
		g, _ := db.Group(name)
		for _, m := range g.Members {
			db.leave(name, m)
		}
	}
	for _, m := range strings.Split(list, ",") {
		if m != "" {
			db.join(name, m)
		}
	}
}

func groupdel(p *proc.Proc) (int, error) {
	opts, name, err := about(p, "f|force")
	if err != nil {
		return badUsage(p, err)
	}
	db, err := Open(p.Tree)
	if err != nil {
		return 0, err
	}
	g, ok := db.Group(name)
	if !ok {
		return fail(p, exitNotFound, "group '%s' does not exist", name)
	}
	for _, u := range db.Users() {
		if u.GID == g.GID && len(opts) == 0 {
			return fail(p, 8, "cannot remove the primary group of user '%s'", u.Name)
		}
	}
	db.group.drop(name)
	db.gshadow.drop(name)
	return 0, db.Write()
}
