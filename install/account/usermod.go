package account

import (
	"path"
	"slices"
	"strings"

	"coen/install/proc"
	"coen/tree"
)

func usermod(p *proc.Proc) (int, error) {
	opts, name, err := about(p, "a|append", "b|badname", "c|comment:", "d|home:",
		"e|expiredate:", "f|inactive:", "g|gid:", "G|groups:", "l|login:", "L|lock", "m|move-home",
		"o|non-unique", "p|password:", "r|remove", "s|shell:", "u|uid:", "U|unlock")
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
	m := &changes{p: p, db: db, old: u, new: u, given: map[string]string{}}
	for _, o := range opts {
		if err := validField(o); err != nil {
			return fail(p, exitArgument, "%v", err)
		}
		m.given[o.Name] = o.Value
	}
	return m.apply()
}

// changes is what usermod has to do to a user.
type changes struct {
	p        *proc.Proc
	db       *DB
	old, new User
	given    map[string]string
}

func (m *changes) has(option string) bool { _, ok := m.given[option]; return ok }

func (m *changes) apply() (int, error) {
	for _, f := range []func() (int, error){m.identity, m.group, m.fields} {
		if status, err := f(); status != 0 || err != nil {
			return status, err
		}
	}
	if m.new != m.old {
		m.db.putUser(m.old.Name, m.new)
	}
	if status, err := m.password(); status != 0 || err != nil {
		return status, err
	}
	if status, err := m.memberships(); status != 0 || err != nil {
		return status, err
	}
	m.rename()
	if !m.db.changed() {
		return fail(m.p, 0, "no changes")
	}
	if err := m.db.Write(); err != nil {
		return 0, err
	}
	return 0, m.moveHome()
}

// identity handles the login name and the uid.
func (m *changes) identity() (int, error) {
	if login, ok := m.given["login"]; ok {
		if !nameOK(login) {
			return fail(m.p, exitArgument, "invalid user name '%s': use --badname to ignore", login)
		}
		if _, taken := m.db.User(login); taken && login != m.old.Name {
			return fail(m.p, exitNameInUse, "user '%s' already exists", login)
		}
		m.new.Name = login
	}
	if word, ok := m.given["uid"]; ok {
		uid, err := parseID(word)
		if err != nil {
			return fail(m.p, exitArgument, "invalid user ID '%s'", word)
		}
		if _, taken := m.db.UserByID(uid); taken && uid != m.old.UID && !m.has("non-unique") {
			return fail(m.p, exitIDInUse, "UID '%d' already exists", uid)
		}
		m.new.UID = uid
	}
	return 0, nil
}

func (m *changes) group() (int, error) {
	word, ok := m.given["gid"]
	if !ok {
		return 0, nil
	}
	g, ok := m.db.groupFor(word)
	if !ok {
		return fail(m.p, exitNotFound, "group '%s' does not exist", word)
	}
	m.new.GID = g.GID
	return 0, nil
}

func (m *changes) fields() (int, error) {
	for option, field := range map[string]*string{
		"comment": &m.new.Gecos, "home": &m.new.Home, "shell": &m.new.Shell,
	} {
		if v, ok := m.given[option]; ok {
			*field = v
		}
	}
	return 0, nil
}

// password handles the fields of /etc/shadow, and renames the entry.
func (m *changes) password() (int, error) {
	f := m.db.shadow.get(m.old.Name)
	if f == nil {
		if m.has("password") || m.has("lock") || m.has("unlock") {
			return 0, m.p.Unmodelledf("a password of %q without a shadow entry", m.old.Name)
		}
		return 0, nil
	}
	f = slices.Clone(f)
	f[0] = m.new.Name
	if pw, ok := m.given["password"]; ok {
		f[spPassword], f[spChange] = pw, day(m.p.Tree)
	}
	if m.has("lock") && !strings.HasPrefix(f[spPassword], "!") {
		f[spPassword] = "!" + f[spPassword]
	}
	if m.has("unlock") && strings.HasPrefix(f[spPassword], "!") {
		if f[spPassword] == "!" {
			return fail(m.p, 1, "unlocking the user's password would result in a passwordless account.")
		}
		f[spPassword] = f[spPassword][1:]
	}
	if date, ok := m.given["expiredate"]; ok {
		expire, err := expiry(date)
		if err != nil {
			return fail(m.p, exitArgument, "%v", err)
		}
		f[spExpire] = expire
	}
	if days, ok := m.given["inactive"]; ok {
		f[spInactive] = strings.TrimPrefix(days, "-1")
	}
	if !slices.Equal(f, m.db.shadow.get(m.old.Name)) {
		m.db.shadow.put(m.old.Name, f...)
	}
	return 0, nil
}

// memberships applies -G, with -a or -r.
func (m *changes) memberships() (int, error) {
	list, ok := m.given["groups"]
	if !ok {
		return 0, nil
	}
	var wanted []string
	for _, word := range members(list) {
		g, ok := m.db.groupFor(word)
		if !ok {
			return fail(m.p, exitNotFound, "group '%s' does not exist", word)
		}
		wanted = append(wanted, g.Name)
	}
	for _, g := range m.db.Groups() {
		in := slices.Contains(wanted, g.Name)
		switch {
		case m.has("remove") && in, !m.has("remove") && !m.has("append") && !in:
			m.db.leave(g.Name, m.old.Name)
		case !m.has("remove") && in:
			m.db.join(g.Name, m.old.Name)
		}
	}
	return 0, nil
}

// rename carries a new login name into the groups; subordinate ids stay with
// the old one, as usermod leaves them.
func (m *changes) rename() {
	if m.old.Name == m.new.Name {
		return
	}
	for _, tb := range []*table{m.db.group, m.db.gshadow} {
		for _, f := range tb.all() {
			g := slices.Clone(f)
			for i := 2; i < len(g); i++ {
				list := members(g[i])
				if at := slices.Index(list, m.old.Name); at >= 0 {
					list[at] = m.new.Name
					g[i] = strings.Join(list, ",")
				}
			}
			if !slices.Equal(f, g) {
				tb.put(f[0], g...)
			}
		}
	}
}

// moveHome moves the old home directory and gives it to a changed uid or gid.
func (m *changes) moveHome() error {
	t := m.p.Tree
	if m.has("move-home") && m.new.Home != m.old.Home && t.Exists(m.old.Home) {
		if t.Exists(m.new.Home) {
			return m.p.Unmodelledf("moving %q to %q, which exists", m.old.Home, m.new.Home)
		}
		if err := t.MkdirAll(path.Dir(m.new.Home), 0o755); err != nil {
			return err
		}
		if err := t.Rename(m.old.Home, m.new.Home); err != nil {
			return err
		}
	}
	if m.new.UID == m.old.UID && m.new.GID == m.old.GID || !t.Exists(m.new.Home) {
		return nil
	}
	return t.WalkFrom(m.new.Home, func(name string, n *tree.Node) error {
		uid, gid := n.UID, n.GID
		if uid == m.old.UID {
			uid = m.new.UID
		}
		if gid == m.old.GID {
			gid = m.new.GID
		}
		if uid == n.UID && gid == n.GID {
			return nil
		}
		return t.Lchown(name, uid, gid)
	})
}
