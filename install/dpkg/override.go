package dpkg

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"coen/install/proc"
)

// An override is the owner and mode that a path has whatever its package says,
// see dpkg-statoverride(1).
type override struct {
	uid, gid, mode uint32
}

var overrideOptions = []option{
	{name: "add", action: true}, {name: "remove", action: true}, {name: "list", action: true},
	{name: "quiet"}, {name: "update"},
	{name: "force", dashed: true}, {name: "no-force", dashed: true}, {name: "refuse", dashed: true},
}

// StatOverride is the model of dpkg-statoverride.
func (db *Database) StatOverride(p *proc.Proc) (int, error) {
	c, err := parseOptions(p, overrideOptions)
	if err == nil {
		err = db.statOverride(p, c)
	}
	return finish(p, "dpkg-statoverride", err)
}

func (db *Database) statOverride(p *proc.Proc, c *command) error {
	switch c.action {
	case "list":
		return db.listOverrides(p, c.args)
	case "add":
		if len(c.args) != 4 {
			return usageError("--add needs four arguments")
		}
		return db.addOverride(p, c)
	case "remove":
		if len(c.args) != 1 {
			return usageError("--remove needs a single argument")
		}
		return db.removeOverride(p, c)
	case "":
		return usageError("need an action option")
	}
	return p.Unmodelledf("--%s", c.action)
}

// cleanPath drops what dpkg-statoverride drops from the end of a path.
func cleanPath(name string) string {
	for len(name) > 1 && (strings.HasSuffix(name, "/") || strings.HasSuffix(name, "/.")) {
		name = strings.TrimSuffix(strings.TrimSuffix(name, "."), "/")
	}
	return "/" + strings.TrimLeft(name, "/")
}

func (db *Database) addOverride(p *proc.Proc, c *command) error {
	name := cleanPath(c.args[3])
	n := db.node(name)
	if n.override != nil && c.values["force"] == "" && !c.has("force") {
		return failure(fmt.Sprintf("an override for '%s' already exists; aborting", name))
	}
	o, err := db.parseOverride(c.args[0], c.args[1], c.args[2])
	if err != nil {
		return err
	}
	n.override = o
	if !slices.Contains(db.overridden, name) {
		db.overridden = append(db.overridden, name)
		sortPaths(db.overridden)
	}
	if c.has("update") {
		if !db.tree.Exists(name) {
			if !c.has("quiet") {
				fmt.Fprintf(p.Stderr(), "dpkg-statoverride: warning: --update given but %s does not exist\n", name)
			}
			return db.writeOverrides()
		}
		if err := db.tree.Chown(name, o.uid, o.gid); err != nil {
			return err
		}
		if err := db.tree.Chmod(name, o.mode); err != nil {
			return err
		}
	}
	return db.writeOverrides()
}

func (db *Database) parseOverride(user, group, mode string) (*override, error) {
	uid, err := db.id("/etc/passwd", "user", user)
	if err != nil {
		return nil, err
	}
	gid, err := db.id("/etc/group", "group", group)
	if err != nil {
		return nil, err
	}
	m, err := strconv.ParseUint(mode, 8, 32)
	if err != nil || m > 0o7777 {
		return nil, failure("invalid statoverride mode " + mode)
	}
	return &override{uid, gid, uint32(m)}, nil
}

func (db *Database) id(file, what, name string) (uint32, error) {
	if number, found := strings.CutPrefix(name, "#"); found {
		id, err := strconv.ParseUint(number, 10, 32)
		if err != nil {
			return 0, failure(fmt.Sprintf("invalid statoverride %cid %s", what[0], name))
		}
		return uint32(id), nil
	}
	id, known := db.ids(file)[name]
	if !known {
		return 0, failure(fmt.Sprintf("%s '%s' does not exist", what, name))
	}
	return id, nil
}

func (db *Database) removeOverride(p *proc.Proc, c *command) error {
	name := cleanPath(c.args[0])
	n := db.node(name)
	if n.override == nil {
		if !c.has("quiet") {
			fmt.Fprintln(p.Stderr(), "dpkg-statoverride: warning: no override present")
		}
		if c.has("force") {
			return nil
		}
		return exitStatus(2)
	}
	n.override = nil
	db.overridden = slices.DeleteFunc(db.overridden, func(o string) bool { return o == name })
	return db.writeOverrides()
}

func (db *Database) listOverrides(p *proc.Proc, patterns []string) error {
	if len(patterns) == 0 {
		patterns = []string{"*"}
	}
	found := false
	for _, name := range db.overridden {
		if slices.ContainsFunc(patterns, func(s string) bool { return s == "*" || match(cleanPath(s), name) }) {
			fmt.Fprint(p.Stdout(), db.overrideLine(name))
			found = true
		}
	}
	if !found {
		return exitStatus(1)
	}
	return nil
}

func (db *Database) writeOverrides() error {
	var b strings.Builder
	for _, name := range db.overridden {
		b.WriteString(db.overrideLine(name))
	}
	return db.tree.WriteFile(adminDir+"/statoverride", []byte(b.String()), 0o644)
}

func (db *Database) overrideLine(name string) string {
	o := db.peek(name).override
	return fmt.Sprintf("%s %s %o %s\n", nameOf(db.ids("/etc/passwd"), o.uid), nameOf(db.ids("/etc/group"), o.gid), o.mode, name)
}

// ids reads the names and numbers of /etc/passwd or /etc/group. A file that is
// not there yet has none.
func (db *Database) ids(file string) map[string]uint32 {
	text, _ := db.tree.ReadFile(file)
	ids := map[string]uint32{}
	for line := range strings.Lines(string(text)) {
		words := strings.SplitN(line, ":", 4)
		if len(words) < 3 {
			continue
		}
		id, err := strconv.ParseUint(strings.TrimSpace(words[2]), 10, 32)
		if _, known := ids[words[0]]; err == nil && !known {
			ids[words[0]] = uint32(id)
		}
	}
	return ids
}

// nameOf finds a name by number; of several the first in byte order.
func nameOf(ids map[string]uint32, id uint32) string {
	best := ""
	for name, n := range ids {
		if n == id && (best == "" || name < best) {
			best = name
		}
	}
	if best == "" {
		return fmt.Sprintf("#%d", id)
	}
	return best
}
