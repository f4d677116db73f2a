package account

import (
	"fmt"
	"strings"

	"coen/install/internal/getopt"
	"coen/install/proc"
)

// A newUser is what the command line of useradd asks for.
type newUser struct {
	User
	uid, group, groups        string // as given; empty if not
	base, skel                string
	password                  string
	inactive, expire          string
	system, home, noHome      bool
	sameID, userGroup, noUser bool
	subids                    bool
	defs                      defs
}

func useradd(p *proc.Proc) (int, error) {
	opts, rest, err := getopt.Parse(p.Args[1:], "b|base-dir:", "badname", "c|comment:", "d|home-dir:",
		"D|defaults", "e|expiredate:", "f|inactive:", "F|add-subids-for-system", "g|gid:", "G|groups:",
		"k|skel:", "K|key:", "l|no-log-init", "m|create-home", "M|no-create-home", "N|no-user-group",
		"o|non-unique", "p|password:", "r|system", "s|shell:", "u|uid:", "U|user-group")
	if err != nil {
		return badUsage(p, err)
	}
	n := newUserFrom(p)
	for _, o := range opts {
		if err := n.set(p, o); err != nil {
			return fail(p, exitArgument, "%v", err)
		}
		if o.Name == "defaults" {
			return 0, unmodelledOption(p, o)
		}
	}
	if n.Name, err = one(rest); err != nil {
		return badUsage(p, err)
	}
	if !nameOK(n.Name) {
		return fail(p, exitBadName, "invalid user name '%s': use --badname to ignore", n.Name)
	}
	return n.add(p)
}

// newUserFrom takes the defaults of the files.
func newUserFrom(p *proc.Proc) *newUser {
	d := useraddDefaults(p.Tree)
	n := &newUser{password: "!", base: d["HOME"], skel: d["SKEL"], defs: loginDefs(p.Tree)}
	n.Shell, n.expire = d["SHELL"], d["EXPIRE"]
	if d["INACTIVE"] != "-1" {
		n.inactive = d["INACTIVE"]
	}
	n.group = ""
	return n
}

func (n *newUser) set(p *proc.Proc, o getopt.Option) error {
	switch o.Name {
	case "base-dir":
		n.base = o.Value
	case "comment":
		n.Gecos = o.Value
	case "home-dir":
		n.Home = o.Value
	case "expiredate":
		day, err := expiry(o.Value)
		n.expire = day
		return err
	case "inactive":
		n.inactive = strings.TrimPrefix(o.Value, "-1")
	case "add-subids-for-system":
		n.subids = true
	case "gid":
		n.group = o.Value
	case "groups":
		n.groups = o.Value
	case "skel":
		n.skel = o.Value
	case "key":
		name, value, ok := strings.Cut(o.Value, "=")
		if !ok {
			return fmt.Errorf("-K requires KEY=VALUE")
		}
		n.defs[name] = value
	case "create-home":
		n.home = true
	case "no-create-home":
		n.noHome = true
	case "no-user-group":
		n.noUser = true
	case "non-unique":
		n.sameID = true
	case "password":
		n.password = o.Value
	case "system":
		n.system = true
	case "shell":
		n.Shell = o.Value
	case "uid":
		n.uid = o.Value
	case "user-group":
		n.userGroup = true
	}
	return validField(o)
}

// validField refuses values that would break the files apart.
func validField(o getopt.Option) error {
	if strings.ContainsAny(o.Value, ":\n") && o.Name != "key" {
		return fmt.Errorf("invalid %s '%s'", o.Name, o.Value)
	}
	if (o.Name == "home-dir" || o.Name == "base-dir") && !strings.HasPrefix(o.Value, "/") {
		return fmt.Errorf("invalid %s '%s'", o.Name, o.Value)
	}
	return nil
}

func (n *newUser) add(p *proc.Proc) (int, error) {
	db, err := Open(p.Tree)
	if err != nil {
		return 0, err
	}
	if _, ok := db.User(n.Name); ok {
		return fail(p, exitNameInUse, "user '%s' already exists", n.Name)
	}
	if n.Home == "" {
		n.Home = n.base + "/" + n.Name
	}
	if status, err := n.chooseUID(p, db); status != 0 || err != nil {
		return status, err
	}
	if status, err := n.chooseGroup(p, db); status != 0 || err != nil {
		return status, err
	}
	supplementary := members(n.groups)
	for i, word := range supplementary {
		g, ok := db.groupFor(word)
		if !ok {
			return fail(p, exitNotFound, "group '%s' does not exist", word)
		}
		supplementary[i] = g.Name
	}
	n.enter(db)
	for _, g := range supplementary {
		db.join(g, n.Name)
	}
	if err := db.Write(); err != nil {
		return 0, err
	}
	if n.noHome || !n.home && (n.system || !n.defs.yes("CREATE_HOME")) {
		return 0, nil
	}
	return 0, n.makeHome(p)
}

func (n *newUser) chooseUID(p *proc.Proc, db *DB) (int, error) {
	if n.uid == "" {
		low, high := n.defs.idRange("UID", n.system)
		id, ok := freeID(db.uids(), low, high, n.system)
		if !ok {
			return fail(p, exitIDInUse, "can't create user")
		}
		n.UID = id
		return 0, nil
	}
	id, err := parseID(n.uid)
	if err != nil {
		return fail(p, exitArgument, "invalid user ID '%s'", n.uid)
	}
	if _, taken := db.UserByID(id); taken && !n.sameID {
		return fail(p, exitIDInUse, "UID %d is not unique", id)
	}
	n.UID = id
	return 0, nil
}

// chooseGroup finds the primary group, or makes one of the user's own name.
func (n *newUser) chooseGroup(p *proc.Proc, db *DB) (int, error) {
	if n.group != "" {
		g, ok := db.groupFor(n.group)
		if !ok {
			return fail(p, exitNotFound, "group '%s' does not exist", n.group)
		}
		n.GID = g.GID
		return 0, nil
	}
	if n.noUser || !n.userGroup && !n.defs.yes("USERGROUPS_ENAB") {
		n.GID = uint32(defs(useraddDefaults(p.Tree)).number("GROUP", 100))
		return 0, nil
	}
	if _, ok := db.Group(n.Name); ok {
		return fail(p, exitNameInUse,
			"group %s exists - if you want to add this user to that group, use -g.", n.Name)
	}
	low, high := n.defs.idRange("GID", n.system)
	gid, ok := n.UID, false
	if _, taken := db.GroupByID(gid); taken || gid > high || gid < low && !n.system {
		if gid, ok = freeID(db.gids(), low, high, n.system); !ok {
			return fail(p, exitIDInUse, "can't create group")
		}
	}
	n.GID = gid
	db.addGroup(n.Name, "!", gid)
	return 0, nil
}

// enter puts the user into passwd, shadow and the subordinate id files.
func (n *newUser) enter(db *DB) {
	n.Password = n.password
	if db.shadow.exists {
		n.Password = "x"
		ageing := []string{"", "", ""}
		inactive, expire := "", ""
		if !n.system {
			ageing = []string{n.defs.days("PASS_MIN_DAYS"), n.defs.days("PASS_MAX_DAYS"), n.defs.days("PASS_WARN_AGE")}
			inactive, expire = n.inactive, n.expire
		}
		db.shadow.put(n.Name, n.Name, n.password, day(db.tree), ageing[0], ageing[1], ageing[2], inactive, expire, "")
	}
	db.putUser(n.Name, n.User)
	low, high := n.defs.idRange("UID", false)
	if n.subids || !n.system && n.UID >= low && n.UID <= high {
		n.subordinate(db.subuid, "SUB_UID")
		n.subordinate(db.subgid, "SUB_GID")
	}
}

func (n *newUser) subordinate(tb *table, kind string) {
	count := uint64(n.defs.number(kind+"_COUNT", 65536))
	if !tb.exists || count == 0 || tb.get(n.Name) != nil {
		return
	}
	low, high := uint64(n.defs.number(kind+"_MIN", 100000)), uint64(n.defs.number(kind+"_MAX", 600100000))
	if start, ok := freeSubordinate(tb, low, high, count); ok {
		tb.put("", n.Name, fmt.Sprint(start), fmt.Sprint(count))
	}
}
