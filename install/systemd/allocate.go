package systemd

import (
	"fmt"

	"coen/install/account"
	"coen/tree"
)

// An allocator gives ids to new users and groups as systemd-sysusers does: from
// the top of the range down, one sequence for both, and the same number for a
// user and its group where that is free.
type allocator struct {
	tree   *tree.Tree
	db     *account.DB
	ranges []idRange
	next   uint32
	none   bool // the ranges are used up
}

func newAllocator(t *tree.Tree, db *account.DB, ranges []idRange) *allocator {
	if len(ranges) == 0 {
		low, high := account.SystemRange(t)
		ranges = []idRange{{low, high}}
	}
	a := &allocator{tree: t, db: db, ranges: ranges}
	for _, r := range ranges {
		a.next = max(a.next, r.high)
	}
	return a
}

// take returns the next lower id that ok accepts.
func (a *allocator) take(ok func(uint32) bool) (uint32, bool) {
	for ; a.next > 0; a.next-- {
		if a.inRange(a.next) && ok(a.next) {
			id := a.next
			a.next--
			return id, true
		}
	}
	return 0, false
}

func (a *allocator) inRange(id uint32) bool {
	for _, r := range a.ranges {
		if id >= r.low && id <= r.high {
			return true
		}
	}
	return false
}

// freeGID says whether a group called name may have the gid. With pair, a user
// of that uid must not have another name.
func (a *allocator) freeGID(gid uint32, name string, pair bool) bool {
	if _, taken := a.db.GroupByID(gid); taken {
		return false
	}
	u, taken := a.db.UserByID(gid)
	return !pair || !taken || u.Name == name
}

// freeUID is freeGID the other way round.
func (a *allocator) freeUID(uid uint32, name string, pair bool) bool {
	if _, taken := a.db.UserByID(uid); taken {
		return false
	}
	g, taken := a.db.GroupByID(uid)
	return !pair || !taken || g.Name == name
}

// owner reads the id of the owner or group of a file.
func (a *allocator) owner(file string, group bool) (uint32, bool) {
	n, err := a.tree.Lookup(file)
	switch {
	case file == "" || err != nil:
		return 0, false
	case group:
		return n.GID, true
	}
	return n.UID, true
}

func (a *allocator) addGroup(g *entry) error {
	if old, ok := a.db.Group(g.name); ok {
		g.id, g.fixed = old.GID, true
		return nil
	}
	if g.fixed && !a.freeGID(g.id, g.name, false) {
		g.fixed = false
	}
	if id, ok := a.owner(g.idFile, true); ok && !g.fixed && a.inRange(id) && a.freeGID(id, g.name, true) {
		g.id, g.fixed = id, true
	}
	if !g.fixed {
		id, ok := a.take(func(id uint32) bool { return a.freeGID(id, g.name, true) })
		if !ok {
			return errUnit{fmt.Sprintf("No free group ID available for %s.", g.name)}
		}
		g.id, g.fixed = id, true
	}
	a.db.AddSystemdGroup(g.name, g.id)
	return nil
}

// addUser adds a user, and a group of its name if it needs one. A user whose
// group does not exist is left out.
func (a *allocator) addUser(u *entry, groups map[string]*entry) error {
	strict, err := a.primaryGroup(u, groups)
	if err != nil {
		return err
	}
	if _, ok := a.db.User(u.name); ok {
		return nil
	}
	if u.fixed && !a.freeUID(u.id, u.name, !strict) {
		u.fixed = false
	}
	if id, ok := a.owner(u.idFile, false); ok && !u.fixed && a.inRange(id) && a.freeUID(id, u.name, true) {
		u.id, u.fixed = id, true
	}
	if !u.fixed && a.freeUID(u.gid, u.name, true) {
		u.id, u.fixed = u.gid, true
	}
	if !u.fixed {
		id, ok := a.take(func(id uint32) bool { return a.freeUID(id, u.name, true) })
		if !ok {
			return errUnit{fmt.Sprintf("No free user ID available for %s.", u.name)}
		}
		u.id, u.fixed = id, true
	}
	a.db.AddSystemdUser(account.User{Name: u.name, UID: u.id, GID: u.gid, Gecos: u.gecos,
		Home: u.homeDir(), Shell: u.loginShell()}, u.locked)
	return nil
}

// errGroup names a group that does not exist.
type errGroup string

func (e errGroup) Error() string { return "Group " + string(e) + " not found." }

// primaryGroup finds the group of a user, or makes one of the same name. strict
// says that the group was named, so that the uid need not equal its gid.
func (a *allocator) primaryGroup(u *entry, groups map[string]*entry) (strict bool, err error) {
	if u.gidFixed {
		if _, ok := a.db.GroupByID(u.gid); !ok {
			return false, errGroup(fmt.Sprint(u.gid))
		}
		return true, nil
	}
	name := u.group
	if name == "" {
		name = u.name
	}
	if g, ok := a.db.Group(name); ok && (u.group != "" || groups[name] != nil) {
		u.gid = g.GID
		return true, nil
	}
	if u.group != "" {
		return false, errGroup(u.group)
	}
	g := &entry{name: u.name, id: u.id, fixed: u.fixed, idFile: u.idFile}
	if g.fixed && !a.freeGID(g.id, g.name, true) {
		g.fixed = false
	}
	if err := a.addGroup(g); err != nil {
		return false, err
	}
	u.gid = g.id
	return false, nil
}

func (u *entry) homeDir() string {
	switch {
	case u.home != "":
		return u.home
	case u.id == 0:
		return "/root"
	}
	return "/"
}

func (u *entry) loginShell() string {
	switch {
	case u.shell != "":
		return u.shell
	case u.id == 0:
		return "/bin/bash"
	}
	return "/usr/sbin/nologin"
}
