package account

import (
	"coen/install/proc"
)

func userdel(p *proc.Proc) (int, error) {
	opts, name, err := about(p, "f|force", "r|remove")
	if err != nil {
		return badUsage(p, err)
	}
	db, err := Open(p.Tree)
	if err != nil {
		return 0, err
	}
	u, ok := db.User(name)
	if !ok {
		return fail(p, exitNotFound, "user '%s' does not exist", name)
	}
	db.removeUser(u, loginDefs(p.Tree).yes("USERGROUPS_ENAB"))
	if err := db.Write(); err != nil {
		return 0, err
	}
	for _, o := range opts {
		if o.Name != "remove" {
			continue
		}
		for _, gone := range []string{"/var/mail/" + name, u.Home} {
			if err := p.Tree.RemoveAll(gone); err != nil {
				return 0, err
			}
		}
	}
	return 0, nil
}

// removeUser takes a user out of all files, and its private group too when it
// is nobody else's.
func (db *DB) removeUser(u User, ownGroup bool) {
	for _, tb := range []*table{db.passwd, db.shadow, db.subuid, db.subgid} {
		tb.drop(u.Name)
	}
	for _, g := range db.Groups() {
		db.leave(g.Name, u.Name)
	}
	g, ok := db.Group(u.Name)
	if !ok || !ownGroup || g.GID != u.GID || len(g.Members) > 0 {
		return
	}
	for _, other := range db.Users() {
		if other.GID == g.GID {
			return
		}
	}
	db.group.drop(g.Name)
	db.gshadow.drop(g.Name)
}
