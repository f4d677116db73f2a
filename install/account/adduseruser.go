package account

import (
	"fmt"
	"path"
	"regexp"
	"strings"

	"coen/tree"
)

// addSystemUser is adduser --system.
func (a *adder) addSystemUser() (int, error) {
	if u, ok := a.db.User(a.name); ok {
		return a.systemUserExists(u)
	}
	if a.exclusive() == 0 {
		a.given["gid"] = "65534"
		if g, ok := a.db.Group("nogroup"); ok {
			a.given["gid"] = number(g.GID)
		}
	}
	uid, status, err := a.chooseUID(a.db.uids())
	if status != 0 || err != nil {
		return status, err
	}
	group, status, err := a.systemGroup(uid)
	if status != 0 || err != nil {
		return status, err
	}
	a.info("Adding system user `%s' (UID %d) ...", a.name, uid)
	home, shell := a.given["home"], a.given["shell"]
	if home == "" {
		home = "/nonexistent"
	}
	if shell == "" {
		shell = "/usr/sbin/nologin"
	}
	low, high := a.span("uid")
	status, err = a.call("useradd", "-r", "-K", fmt.Sprintf("SYS_UID_MIN=%d", low),
		"-K", fmt.Sprintf("SYS_UID_MAX=%d", high), "-d", home, "-g", group.Name, "-s", shell, "-u", number(uid), a.name)
	if status != 0 || err != nil {
		return status, err
	}
	if status, err = a.comment(); status != 0 || err != nil {
		return status, err
	}
	return 0, a.makeHome(home, uid, group.GID, false)
}

func (a *adder) systemUserExists(u User) (int, error) {
	low, high := a.config.id("first_system_uid"), a.config.id("last_system_uid")
	switch {
	case u.UID < low || u.UID > high:
		return a.fatal(addWrong, "The user `%s' already exists, but is not a system user. Exiting.", a.name)
	case a.has("uid") && a.given["uid"] != number(u.UID):
		return a.fatal(addWrong, "The user `%s' already exists with a different UID. Exiting.", a.name)
	}
	a.info("The system user `%s' already exists. Exiting.\n", a.name)
	return 0, nil
}

// chooseUID takes the uid asked for, or the lowest of the range that none of
// the lists holds.
func (a *adder) chooseUID(taken []uint32) (uid uint32, status int, err error) {
	if word, ok := a.given["uid"]; ok {
		if uid, err = parseID(word); err != nil {
			status, err = a.fatal(addBadCall, "invalid UID `%s'", word)
		}
		return uid, status, err
	}
	low, high := a.span("uid")
	a.info("Selecting UID from range %d to %d ...", low, high)
	uid, ok := lowest(taken, low, high)
	if !ok {
		status, err = a.fatal(addNoID, "The user `%s' was not created.", a.name)
	}
	return uid, status, err
}

// systemGroup finds the primary group of a system user, or makes it.
func (a *adder) systemGroup(uid uint32) (g Group, status int, err error) {
	if !a.has("group") {
		return a.existingGroup()
	}
	if g, ok := a.db.Group(a.name); ok {
		return g, 0, nil
	}
	low, high := a.span("gid")
	gid, ok := lowest(a.db.gids(), low, high)
	if a.has("uid") {
		if _, taken := a.db.GroupByID(uid); taken {
			status, err = a.fatal(addIDInUse, "The GID %d is already in use.", uid)
			return Group{}, status, err
		}
		gid, ok = uid, true
	}
	if !ok {
		status, err = a.fatal(addNoID, "The user `%s' was not created.", a.name)
		return Group{}, status, err
	}
	a.info("Adding new group `%s' (GID %d) ...", a.name, gid)
	status, err = a.call("groupadd", "-g", number(gid), a.name)
	return Group{Name: a.name, GID: gid}, status, err
}

// existingGroup is the group of --ingroup or --gid.
func (a *adder) existingGroup() (g Group, status int, err error) {
	ok := false
	if name := a.given["ingroup"]; name != "" {
		if g, ok = a.db.Group(name); !ok {
			status, err = a.fatal(addMissing, "The group `%s' does not exist.", name)
		}
		return g, status, err
	}
	gid, err := parseID(a.given["gid"])
	if err != nil {
		status, err = a.fatal(addBadCall, "invalid GID `%s'", a.given["gid"])
		return g, status, err
	}
	if g, ok = a.db.GroupByID(gid); !ok {
		status, err = a.fatal(addMissing, "No group with GID %d found.", gid)
	}
	return g, status, err
}

// addUser makes an ordinary user with a home directory.
func (a *adder) addUser() (int, error) {
	switch {
	case !a.has("disabled-password") && !a.has("disabled-login"):
		return 0, a.p.Unmodelledf("a password needs a random salt; use --disabled-password")
	case !a.has("comment"):
		return 0, a.p.Unmodelledf("a dialogue; use --comment")
	case !a.config.yes("usergroups"):
		return 0, a.p.Unmodelledf("USERGROUPS other than yes")
	}
	if _, ok := a.db.User(a.name); ok {
		return a.fatal(addExists, "The user `%s' already exists.", a.name)
	}
	group, status, err := Group{}, 0, error(nil)
	own := !a.has("ingroup") && !a.has("gid")
	if !own {
		if group, status, err = a.existingGroup(); status != 0 || err != nil {
			return status, err
		}
	} else if _, taken := a.db.Group(a.name); taken {
		return a.fatal(addExists, "The group `%s' already exists.", a.name)
	}
	taken := a.db.uids()
	if !a.has("ingroup") {
		taken = append(taken, a.db.gids()...)
	}
	uid, status, err := a.chooseUID(taken)
	if status != 0 || err != nil {
		return status, err
	}
	if own {
		group = Group{Name: a.name, GID: uid}
		a.info("Adding new group `%s' (%d) ...", a.name, uid)
		if status, err := a.call("groupadd", "-g", number(uid), a.name); status != 0 || err != nil {
			return status, err
		}
	}
	return a.finishUser(uid, group)
}

func (a *adder) finishUser(uid uint32, group Group) (int, error) {
	home, shell := a.given["home"], a.given["shell"]
	if home == "" {
		home = a.homeFor(group.Name)
	}
	if shell == "" {
		if shell = a.config["dshell"]; a.has("disabled-login") {
			shell = "/usr/sbin/nologin"
		}
	}
	a.info("Adding new user `%s' (%d) with group `%s (%d)' ...", a.name, uid, group.Name, group.GID)
	status, err := a.call("useradd", "-d", home, "-g", number(group.GID), "-s", shell, "-u", number(uid), a.name)
	if status != 0 || err != nil {
		return status, err
	}
	if err := a.makeHome(home, uid, group.GID, true); err != nil {
		return 0, err
	}
	if status, err := a.comment(); status != 0 || err != nil {
		return status, err
	}
	return a.supplement()
}

func (a *adder) homeFor(group string) string {
	dir := a.config["dhome"]
	if a.config.yes("grouphomes") {
		dir += "/" + group
	}
	if a.config.yes("letterhomes") {
		dir += "/" + a.name[:1]
	}
	return dir + "/" + a.name
}

// supplement puts a new user into the groups of the configuration.
func (a *adder) supplement() (int, error) {
	var groups []string
	switch gid := a.config["users_gid"]; {
	case gid == "" && a.config["users_group"] != "":
		groups = append(groups, a.config["users_group"])
	case gid == "":
		groups = append(groups, "users")
	case gid != "-1":
		if g, ok := a.db.GroupByID(a.config.id("users_gid")); ok {
			groups = append(groups, g.Name)
		}
	}
	if a.has("add-extra-groups") || a.config["add_extra_groups"] != "0" && a.config["add_extra_groups"] != "" {
		groups = append(groups, strings.Fields(a.config["extra_groups"])...)
	}
	for _, name := range groups {
		g, ok := a.db.Group(name)
		if !ok {
			a.log("warn", 0, "The group `%s' does not exist.", name)
			continue
		}
		list := strings.Join(append(without(g.Members, a.name), a.name), ",")
		if status, err := a.call("gpasswd", "-M", list, name); status != 0 || err != nil {
			return status, err
		}
	}
	return 0, nil
}

func (a *adder) comment() (int, error) {
	comment, ok := a.given["comment"]
	if !ok {
		return 0, nil
	}
	return a.call("usermod", "-c", comment, a.name)
}

var nowhere = regexp.MustCompile(`^/+nonexistent(/|$)`)

// makeHome makes the home directory, unless it is one that must not exist.
func (a *adder) makeHome(home string, uid, gid uint32, skeleton bool) error {
	t := a.p.Tree
	if nowhere.MatchString(home) || a.has("no-create-home") || t.Exists(home) {
		return nil
	}
	if err := t.MkdirAll(home, 0o755); err != nil {
		return err
	}
	if err := t.Chown(home, uid, gid); err != nil {
		return err
	}
	if err := t.Chmod(home, a.config.dirMode(a.system)); err != nil {
		return err
	}
	if !skeleton {
		return nil
	}
	return a.copySkeleton(home, uid, gid)
}

func (a *adder) copySkeleton(home string, uid, gid uint32) error {
	ignore, err := regexp.Compile(a.config["skel_ignore_regex"])
	if err != nil {
		return a.p.Unmodelledf("SKEL_IGNORE_REGEX %q", a.config["skel_ignore_regex"])
	}
	skel := path.Clean(a.config["skel"])
	if !a.p.Tree.Exists(skel) {
		return nil
	}
	return a.p.Tree.WalkFrom(skel, func(name string, n *tree.Node) error {
		rest := strings.TrimPrefix(name, skel)
		if rest == "" || ignore.MatchString("."+rest) {
			return nil
		}
		c := *n
		c.ModTime = a.p.Epoch()
		if n.Kind == tree.Directory && n.Mode&0o010 != 0 && a.config.yes("setgid_home") {
			c.Mode |= 0o2000
		}
		return copyNode(a.p.Tree, &c, home+rest, uid, gid)
	})
}
