package account

import (
	"slices"
	"strconv"
	"strings"

	"coen/tree"
)

// The places of fields in the files, as in passwd(5), shadow(5), group(5) and
// gshadow(5).
const (
	pwPassword, pwUID, pwGID, pwGecos, pwHome, pwShell = 1, 2, 3, 4, 5, 6

	spPassword, spChange, spMin, spMax, spWarn, spInactive, spExpire = 1, 2, 3, 4, 5, 6, 7

	grPassword, grGID, grMembers = 1, 2, 3

	sgPassword, sgAdmins, sgMembers = 1, 2, 3
)

// A User is an entry of /etc/passwd.
type User struct {
	Name, Password     string
	UID, GID           uint32
	Gecos, Home, Shell string
}

// A Group is an entry of /etc/group.
type Group struct {
	Name, Password string
	GID            uint32
	Members        []string
}

// A DB is the account database of a tree. Changes stay in memory until Write.
type DB struct {
	tree                           *tree.Tree
	passwd, shadow, group, gshadow *table
	subuid, subgid                 *table
}

// Open reads the account files of a tree. Missing files are empty; shadow files
// that are missing are not made by the commands that only update them.
func Open(t *tree.Tree) (*DB, error) {
	db := &DB{tree: t}
	for _, f := range []struct {
		to     **table
		path   string
		fields int
		mode   uint32
	}{
		{&db.passwd, "/etc/passwd", 7, 0o644},
		{&db.shadow, "/etc/shadow", 9, 0o400},
		{&db.group, "/etc/group", 4, 0o644},
		{&db.gshadow, "/etc/gshadow", 4, 0o440},
		{&db.subuid, "/etc/subuid", 3, 0o644},
		{&db.subgid, "/etc/subgid", 3, 0o644},
	} {
		tb, err := openTable(t, f.path, f.fields, f.mode)
		if err != nil {
			return nil, err
		}
		*f.to = tb
	}
	return db, nil
}

func (db *DB) tables() []*table {
	return []*table{db.passwd, db.shadow, db.group, db.gshadow, db.subuid, db.subgid}
}

func (db *DB) changed() bool {
	return slices.ContainsFunc(db.tables(), func(tb *table) bool { return tb.changed })
}

// Write stores what was changed, and the lock file that lckpwdf(3) leaves.
func (db *DB) Write() error {
	if err := db.lock(); err != nil {
		return err
	}
	for _, tb := range db.tables() {
		if err := tb.write(); err != nil {
			return err
		}
	}
	return nil
}

// lock makes /etc/.pwd.lock, which every program that locks the database
// leaves behind.
func (db *DB) lock() error {
	if db.tree.Exists("/etc/.pwd.lock") {
		return nil
	}
	return db.tree.WriteFile("/etc/.pwd.lock", nil, 0o600)
}

// User looks a user up by name.
func (db *DB) User(name string) (User, bool) {
	return userOf(db.passwd.get(name))
}

// UserByID looks a user up by uid.
func (db *DB) UserByID(uid uint32) (User, bool) {
	return userOf(db.passwd.find(func(f []string) bool { return f[pwUID] == number(uid) }))
}

// Users returns all users in the order of the file.
func (db *DB) Users() []User {
	var users []User
	for _, f := range db.passwd.all() {
		if u, ok := userOf(f); ok {
			users = append(users, u)
		}
	}
	return users
}

// Group looks a group up by name.
func (db *DB) Group(name string) (Group, bool) {
	return groupOf(db.group.get(name))
}

// GroupByID looks a group up by gid.
func (db *DB) GroupByID(gid uint32) (Group, bool) {
	return groupOf(db.group.find(func(f []string) bool { return f[grGID] == number(gid) }))
}

// Groups returns all groups in the order of the file.
func (db *DB) Groups() []Group {
	var groups []Group
	for _, f := range db.group.all() {
		if g, ok := groupOf(f); ok {
			groups = append(groups, g)
		}
	}
	return groups
}

// groupFor finds a group by name or, failing that, by number.
func (db *DB) groupFor(word string) (Group, bool) {
	if gid, err := parseID(word); err == nil {
		return db.GroupByID(gid)
	}
	return db.Group(word)
}

func userOf(f []string) (User, bool) {
	if f == nil {
		return User{}, false
	}
	uid, err1 := parseID(f[pwUID])
	gid, err2 := parseID(f[pwGID])
	return User{f[0], f[pwPassword], uid, gid, f[pwGecos], f[pwHome], f[pwShell]}, err1 == nil && err2 == nil
}

func groupOf(f []string) (Group, bool) {
	if f == nil {
		return Group{}, false
	}
	gid, err := parseID(f[grGID])
	return Group{f[0], f[grPassword], gid, members(f[grMembers])}, err == nil
}

// putUser stores u in place of the user called old.
func (db *DB) putUser(old string, u User) {
	db.passwd.put(old, u.Name, u.Password, number(u.UID), number(u.GID), u.Gecos, u.Home, u.Shell)
}

// putGroup stores g in place of the group called old.
func (db *DB) putGroup(old string, g Group) {
	db.group.put(old, g.Name, g.Password, number(g.GID), strings.Join(g.Members, ","))
}

// addGroup makes a group with no members and a locked password.
func (db *DB) addGroup(name, password string, gid uint32) {
	g := Group{Name: name, Password: password, GID: gid}
	if db.gshadow.exists {
		db.gshadow.put(name, name, password, "", "")
		g.Password = "x"
	}
	db.putGroup(name, g)
}

// join makes user a member of the group called name, in both files.
func (db *DB) join(name, user string) {
	if g, ok := db.Group(name); ok && !slices.Contains(g.Members, user) {
		g.Members = append(g.Members, user)
		db.putGroup(name, g)
	}
	if f := db.gshadow.get(name); f != nil {
		if m := members(f[sgMembers]); !slices.Contains(m, user) {
			db.gshadow.put(name, f[0], f[sgPassword], f[sgAdmins], strings.Join(append(m, user), ","))
		}
	}
}

// leave takes user out of the group called name, as member and administrator.
func (db *DB) leave(name, user string) {
	if g, ok := db.Group(name); ok && slices.Contains(g.Members, user) {
		g.Members = without(g.Members, user)
		db.putGroup(name, g)
	}
	f := db.gshadow.get(name)
	if f == nil {
		return
	}
	admins, m := members(f[sgAdmins]), members(f[sgMembers])
	if slices.Contains(admins, user) || slices.Contains(m, user) {
		db.gshadow.put(name, f[0], f[sgPassword],
			strings.Join(without(admins, user), ","), strings.Join(without(m, user), ","))
	}
}

func members(list string) []string {
	if list == "" {
		return nil
	}
	return strings.Split(list, ",")
}

func without(list []string, word string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(w string) bool { return w == word })
}

func number(id uint32) string { return strconv.FormatUint(uint64(id), 10) }

func parseID(s string) (uint32, error) {
	n, err := strconv.ParseUint(s, 10, 32)
	return uint32(n), err
}

// day is the epoch in days, as shadow(5) counts; day 0 is written as empty,
// since it would demand a new password at login.
func day(t *tree.Tree) string {
	if d := t.Epoch() / (24 * 60 * 60); d > 0 {
		return strconv.FormatInt(d, 10)
	}
	return ""
}
