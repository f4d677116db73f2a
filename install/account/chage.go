package account

import (
	"io"
	"slices"
	"strings"

	"coen/install/internal/getopt"
	"coen/install/proc"
)

func readAll(p *proc.Proc) (string, error) {
	data, err := io.ReadAll(p.Stdin())
	return string(data), err
}

// chage sets the ageing fields of /etc/shadow.
func chage(p *proc.Proc) (int, error) {
	opts, name, err := about(p, "d|lastday:", "E|expiredate:", "I|inactive:", "l|list",
		"m|mindays:", "M|maxdays:", "W|warndays:", "i|iso8601")
	if err != nil {
		return badUsage(p, err)
	}
	if len(opts) == 0 {
		return 0, p.Unmodelledf("a dialogue")
	}
	db, err := Open(p.Tree)
	if err != nil {
		return 0, err
	}
	f := slices.Clone(db.shadow.get(name))
	if f == nil {
		return fail(p, 1, "user '%s' does not exist in /etc/passwd", name)
	}
	for _, o := range opts {
		if status, err := chageOption(p, f, o); status != 0 || err != nil {
			return status, err
		}
	}
	db.shadow.put(name, f...)
	return 0, db.Write()
}

func chageOption(p *proc.Proc, f []string, o getopt.Option) (int, error) {
	fields := map[string]int{"lastday": spChange, "expiredate": spExpire, "inactive": spInactive,
		"mindays": spMin, "maxdays": spMax, "warndays": spWarn}
	i, ok := fields[o.Name]
	if !ok {
		return 0, unmodelledOption(p, o)
	}
	if i == spChange || i == spExpire {
		date, err := expiry(o.Value)
		if err != nil {
			return fail(p, exitUsage, "%v", err)
		}
		f[i] = date
		return 0, nil
	}
	f[i] = strings.TrimPrefix(o.Value, "-1")
	return 0, nil
}

// chsh sets the login shell.
func chsh(p *proc.Proc) (int, error) {
	return setField(p, []string{"s|shell:"}, func(u *User, o getopt.Option) { u.Shell = o.Value })
}

// chfn sets the parts of the gecos field: name, room, work and home phone,
// other.
func chfn(p *proc.Proc) (int, error) {
	parts := []string{"full-name", "room", "work-phone", "home-phone", "other"}
	decls := []string{"f|full-name:", "r|room:", "w|work-phone:", "h|home-phone:", "o|other:"}
	return setField(p, decls, func(u *User, o getopt.Option) {
		f := strings.SplitN(u.Gecos, ",", 5)
		for len(f) < 5 {
			f = append(f, "")
		}
		f[slices.Index(parts, o.Name)] = o.Value
		u.Gecos = strings.TrimRight(strings.Join(f[:4], ","), ",")
		if f[4] != "" {
			u.Gecos = strings.Join(f, ",")
		}
	})
}

func setField(p *proc.Proc, decls []string, set func(*User, getopt.Option)) (int, error) {
	opts, name, err := about(p, decls...)
	if err != nil {
		return badUsage(p, err)
	}
	if len(opts) == 0 {
		return 0, p.Unmodelledf("a dialogue")
	}
	db, err := Open(p.Tree)
	if err != nil {
		return 0, err
	}
	u, ok := db.User(name)
	if !ok {
		return fail(p, 1, "user '%s' does not exist", name)
	}
	for _, o := range opts {
		if strings.ContainsAny(o.Value, ":\n") {
			return fail(p, 1, "invalid %s '%s'", o.Name, o.Value)
		}
		set(&u, o)
	}
	db.putUser(name, u)
	return 0, db.Write()
}
