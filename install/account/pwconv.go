package account

import (
	"slices"

	"coen/install/internal/getopt"
	"coen/install/proc"
)

// pwconv moves passwords from /etc/passwd to /etc/shadow.
func pwconv(p *proc.Proc) (int, error) {
	db, status, err := conversion(p)
	if db == nil {
		return status, err
	}
	d := loginDefs(p.Tree)
	db.shadow.remove(func(f []string) bool { return db.passwd.get(f[0]) == nil })
	for _, f := range db.passwd.all() {
		entry := slices.Clone(db.shadow.get(f[0]))
		if entry != nil && f[pwPassword] == "x" {
			continue
		}
		if entry == nil {
			entry = []string{f[0], "", "", d.days("PASS_MIN_DAYS"), d.days("PASS_MAX_DAYS"),
				d.days("PASS_WARN_AGE"), "", "", ""}
		}
		entry[spPassword], entry[spChange] = f[pwPassword], day(p.Tree)
		db.shadow.put(f[0], entry...)
		f = slices.Clone(f)
		f[pwPassword] = "x"
		db.passwd.put(f[0], f...)
	}
	if err := db.Write(); err != nil {
		return 0, err
	}
	if p.Tree.Exists("/etc/passwd-") {
		err = p.Tree.Chmod("/etc/passwd-", 0o600)
	}
	return 0, err
}

// grpconv moves passwords from /etc/group to /etc/gshadow.
func grpconv(p *proc.Proc) (int, error) {
	db, status, err := conversion(p)
	if db == nil {
		return status, err
	}
	db.gshadow.remove(func(f []string) bool { return db.group.get(f[0]) == nil })
	for _, f := range db.group.all() {
		entry := slices.Clone(db.gshadow.get(f[0]))
		switch {
		case entry == nil:
			entry = []string{f[0], f[grPassword], "", ""}
		case f[grPassword] != "x":
			entry[sgPassword] = f[grPassword]
		}
		entry[sgMembers] = f[grMembers]
		db.gshadow.put(f[0], entry...)
		f = slices.Clone(f)
		f[grPassword] = "x"
		db.group.put(f[0], f...)
	}
	return 0, db.Write()
}

// conversion opens the database for pwconv and grpconv, which take no options.
// A nil database means that the status is final.
func conversion(p *proc.Proc) (*DB, int, error) {
	if _, rest, err := getopt.Parse(p.Args[1:]); err != nil || len(rest) > 0 {
		status, err := badUsage(p, errOperands)
		return nil, status, err
	}
	db, err := Open(p.Tree)
	return db, 0, err
}

// pwck and grpck look for lines that are not entries. They are modelled for
// reading only, as maintainer scripts use them.
func pwck(p *proc.Proc) (int, error)  { return check(p, (*DB).userFiles) }
func grpck(p *proc.Proc) (int, error) { return check(p, (*DB).groupFiles) }

func (db *DB) userFiles() []*table  { return []*table{db.passwd, db.shadow} }
func (db *DB) groupFiles() []*table { return []*table{db.group, db.gshadow} }

func check(p *proc.Proc, files func(*DB) []*table) (int, error) {
	opts, rest, err := getopt.Parse(p.Args[1:], "q|quiet", "r|read-only", "s|sort", "b|badname")
	if err != nil || len(rest) > 0 {
		return badUsage(p, errOperands)
	}
	readOnly := slices.ContainsFunc(opts, func(o getopt.Option) bool { return o.Name == "read-only" })
	if !readOnly || slices.ContainsFunc(opts, func(o getopt.Option) bool { return o.Name == "sort" }) {
		return 0, p.Unmodelledf("only the check (-r) is known")
	}
	db, err := Open(p.Tree)
	if err != nil {
		return 0, err
	}
	status := 0
	for _, tb := range files(db) {
		for _, r := range tb.rows {
			if r.fields == nil {
				say(p, "invalid line '%s' in %s\n", r.line, tb.path)
				status = 2
			}
		}
	}
	return status, nil
}
