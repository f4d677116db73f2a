package account

import (
	"slices"
	"strings"

	"coen/install/internal/getopt"
	"coen/install/proc"
)

func gpasswd(p *proc.Proc) (int, error) {
	opts, name, err := about(p, "a|add:", "d|delete:", "r|remove-password", "R|restrict",
		"A|administrators:", "M|members:")
	if err != nil {
		return badUsage(p, err)
	}
	db, err := Open(p.Tree)
	if err != nil {
		return 0, err
	}
	if _, ok := db.Group(name); !ok {
		return fail(p, exitArgument, "group '%s' does not exist in /etc/group", name)
	}
	if len(opts) == 0 {
		return 0, p.Unmodelledf("a group password needs a random salt")
	}
	for _, o := range opts {
		if status, err := gpasswdOption(p, db, name, o); status != 0 || err != nil {
			return status, err
		}
	}
	return 0, db.Write()
}

func gpasswdOption(p *proc.Proc, db *DB, name string, o getopt.Option) (int, error) {
	for _, user := range members(o.Value) {
		if _, ok := db.User(user); !ok && o.Name != "delete" {
			return fail(p, exitArgument, "user '%s' does not exist", user)
		}
	}
	g, _ := db.Group(name)
	switch o.Name {
	case "add":
		say(p, "Adding user %s to group %s\n", o.Value, name)
		db.join(name, o.Value)
	case "delete":
		say(p, "Removing user %s from group %s\n", o.Value, name)
		if !slices.Contains(g.Members, o.Value) {
			return fail(p, exitArgument, "user '%s' is not a member of '%s'", o.Value, name)
		}
		db.leave(name, o.Value)
	case "members":
		db.setList(name, sgMembers, o.Value)
		g.Members = members(o.Value)
		db.putGroup(name, g)
	case "administrators":
		db.setList(name, sgAdmins, o.Value)
	case "remove-password":
		db.setList(name, sgPassword, "")
	case "restrict":
		db.setList(name, sgPassword, "!")
	}
	return 0, nil
}

// setList sets one field of a group in /etc/gshadow.
func (db *DB) setList(name string, field int, value string) {
	f := db.gshadow.get(name)
	if f == nil {
		f = []string{name, "!", "", ""}
	}
	f = slices.Clone(f)
	f[field] = strings.TrimSuffix(value, ",")
	if db.gshadow.exists {
		db.gshadow.put(name, f...)
	}
}
