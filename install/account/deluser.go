package account

import (
	"path"

	"coen/install/internal/getopt"
	"coen/install/proc"
)

// deluser models deluser and delgroup, which are one program: removing a user,
// a group, or a user from a group.
func deluser(p *proc.Proc) (int, error) {
	opts, rest, err := getopt.ParsePerl(p.Args[1:], "backup", "backup-to:", "c|conf:", "debug", "group",
		"q|quiet", "remove-all-files", "remove-home", "system", "only-if-empty", "verbose",
		"stdoutmsglevel:", "stderrmsglevel:", "logmsglevel:")
	if err != nil {
		return fail(p, addBadCall, "%v", err)
	}
	a := &adder{p: p, given: map[string]string{}, config: readSettings(p.Tree, "/etc/adduser.conf", "/etc/deluser.conf")}
	for _, o := range opts {
		a.given[o.Name] = o.Value
		switch o.Name {
		case "backup", "backup-to", "conf", "remove-all-files":
			return 0, unmodelledOption(p, o)
		}
	}
	if err := a.reload(); err != nil {
		return 0, err
	}
	group := path.Base(p.Args[0]) == "delgroup" || a.has("group")
	switch {
	case len(rest) == 2:
		return a.call("gpasswd", "-d", rest[0], rest[1])
	case len(rest) != 1:
		return a.fatal(addBadCall, "Only one or two names allowed.")
	}
	a.name, a.system = rest[0], a.has("system")
	if group {
		return a.removeGroup()
	}
	return a.removeUser()
}

func (a *adder) removeGroup() (int, error) {
	g, ok := a.db.Group(a.name)
	if !ok {
		if a.system {
			return 0, nil
		}
		return a.log("err", 3, "The group `%s' does not exist.", a.name)
	}
	if a.has("only-if-empty") && len(g.Members) > 0 {
		return a.log("err", 5, "The group `%s' is not empty!", a.name)
	}
	return a.call("groupdel", a.name)
}

func (a *adder) removeUser() (int, error) {
	u, ok := a.db.User(a.name)
	low, high := a.config.id("first_system_uid"), a.config.id("last_system_uid")
	switch {
	case !ok && a.system:
		return 0, nil
	case !ok:
		return a.fatal(addMissing, "The user `%s' does not exist.", a.name)
	case a.system && (u.UID < low || u.UID > high):
		return a.fatal(addWrong, "The user `%s' is not a system user. Exiting.", a.name)
	}
	if a.has("remove-home") {
		if err := a.p.Tree.RemoveAll(u.Home); err != nil {
			return 0, err
		}
	}
	return a.call("userdel", a.name)
}
