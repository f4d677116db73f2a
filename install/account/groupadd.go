package account

import (
	"strings"

	"coen/install/proc"
)

func groupadd(p *proc.Proc) (int, error) {
	opts, name, err := about(p, "f|force", "g|gid:", "K|key:", "o|non-unique",
		"p|password:", "r|system", "U|users:")
	if err != nil {
		return badUsage(p, err)
	}
	given, d := map[string]string{}, loginDefs(p.Tree)
	for _, o := range opts {
		given[o.Name] = o.Value
		if o.Name == "key" {
			k, v, _ := strings.Cut(o.Value, "=")
			d[k] = v
		}
	}
	return addGroup(p, name, given, d)
}

func addGroup(p *proc.Proc, name string, given map[string]string, d defs) (int, error) {
	db, err := Open(p.Tree)
	if err != nil {
		return 0, err
	}
	_, force := given["force"]
	if _, ok := db.Group(name); ok {
		if force {
			return 0, nil
		}
		return fail(p, exitNameInUse, "group '%s' already exists", name)
	}
	if !nameOK(name) {
		return fail(p, exitBadName, "'%s' is not a valid group name", name)
	}
	gid, status, err := chooseGID(p, db, given, d)
	if status != 0 || err != nil {
		return status, err
	}
	password := "!"
	if pw, ok := given["password"]; ok {
		password = pw
	}
	db.addGroup(name, password, gid)
	for _, user := range members(given["users"]) {
		if _, ok := db.User(user); !ok {
			return fail(p, exitNotFound, "Invalid member username %s", user)
		}
		db.join(name, user)
	}
	return 0, db.Write()
}

func chooseGID(p *proc.Proc, db *DB, given map[string]string, d defs) (gid uint32, status int, err error) {
	word, wanted := given["gid"]
	_, system := given["system"]
	_, force := given["force"]
	_, shared := given["non-unique"]
	if wanted {
		if gid, err = parseID(word); err != nil {
			status, err = fail(p, exitArgument, "invalid group ID '%s'", word)
			return 0, status, err
		}
		if _, taken := db.GroupByID(gid); !taken || shared {
			return gid, 0, nil
		}
		if !force {
			status, err = fail(p, exitIDInUse, "GID '%d' already exists", gid)
			return 0, status, err
		}
	}
	low, high := d.idRange("GID", system)
	gid, ok := freeID(db.gids(), low, high, system)
	if !ok {
		status, err = fail(p, exitIDInUse, "Can't get unique GID (no more available GIDs)")
	}
	return gid, status, err
}
