package account

import "coen/tree"

// SystemRange returns the ids from which systemd-sysusers may take: those of
// /etc/login.defs, at most 999, the top of Debian's system range.
func SystemRange(t *tree.Tree) (low, high uint32) {
	d := loginDefs(t)
	low = uint32(d.number("SYS_UID_MIN", 1))
	high = uint32(min(d.number("SYS_UID_MAX", 999), d.number("SYS_GID_MAX", 999), 999))
	return max(low, 1), high
}

// AddSystemdGroup adds a group as systemd-sysusers does.
func (db *DB) AddSystemdGroup(name string, gid uint32) {
	db.putGroup(name, Group{Name: name, Password: "x", GID: gid})
	db.gshadow.put(name, name, "!*", "", "")
}

// AddSystemdUser adds a user as systemd-sysusers does, without a valid password
// and, if locked, as expired.
func (db *DB) AddSystemdUser(u User, locked bool) {
	u.Password = "x"
	db.putUser(u.Name, u)
	expire := ""
	if locked {
		expire = "1"
	}
	db.shadow.put(u.Name, u.Name, "!*", day(db.tree), "", "", "", "", expire, "")
}

// Join makes user a member of a group, in group and gshadow.
func (db *DB) Join(group, user string) { db.join(group, user) }

// WriteAsSystemd is Write as systemd-sysusers does it: files keep their mode,
// and new shadow files can be read by nobody.
func (db *DB) WriteAsSystemd() error {
	if err := db.lock(); err != nil {
		return err
	}
	for _, tb := range db.tables() {
		tb.keep = 0o7777
	}
	db.shadow.mode, db.gshadow.mode = 0, 0
	return db.Write()
}
