package dpkg

import (
	"fmt"
	"slices"
	"strings"

	"coen/install/proc"
	"coen/tree"
)

// A diversion sends other packages' version of a file elsewhere, see
// dpkg-divert(1).
type diversion struct {
	from, to string
	pkg      string // whose version stays; "" for a local diversion, of all
}

func (d *diversion) String() string { return describe(d.pkg, d.from, d.to) }

func describe(pkg, from, to string) string {
	s := "local diversion of " + from
	if pkg != "" {
		s = "diversion of " + from
	}
	if to != "" {
		s += " to " + to
	}
	if pkg != "" {
		s += " by " + pkg
	}
	return s
}

// Diversions returns the paths that are diverted, in dpkg's order, with where
// they are diverted to.
func (db *Database) diversions() []*diversion {
	var list []*diversion
	for _, name := range db.diverted {
		list = append(list, db.peek(name).divert)
	}
	return list
}

func (db *Database) addDiversion(d *diversion) error {
	db.node(d.from).divert = d
	db.node(d.to).came = d
	db.diverted = append(db.diverted, d.from)
	sortPaths(db.diverted)
	return db.writeDiversions()
}

func (db *Database) removeDiversion(d *diversion) error {
	db.node(d.from).divert = nil
	db.node(d.to).came = nil
	db.diverted = slices.DeleteFunc(db.diverted, func(name string) bool { return name == d.from })
	return db.writeDiversions()
}

func (db *Database) writeDiversions() error {
	var b strings.Builder
	for _, d := range db.diversions() {
		pkg := d.pkg
		if pkg == "" {
			pkg = ":"
		}
		fmt.Fprintf(&b, "%s\n%s\n%s\n", d.from, d.to, pkg)
	}
	return db.tree.WriteFile(adminDir+"/diversions", []byte(b.String()), 0o644)
}

var divertOptions = []option{
	{name: "add", action: true}, {name: "remove", action: true}, {name: "list", action: true},
	{name: "listpackage", action: true}, {name: "truename", action: true},
	{name: "divert", value: true}, {name: "package", value: true}, {name: "local"},
	{name: "quiet"}, {name: "rename"}, {name: "no-rename"}, {name: "test"},
}

// A divertCommand is one run of dpkg-divert.
type divertCommand struct {
	*command
	db      *Database
	p       *proc.Proc
	pkg     string
	anyPkg  bool // neither --package nor --local was given
	rename  bool
	ordered bool // --rename or --no-rename was given
}

// Divert is the model of dpkg-divert.
func (db *Database) Divert(p *proc.Proc) (int, error) {
	c, err := parseOptions(p, divertOptions)
	if err == nil {
		err = (&divertCommand{command: c, db: db, p: p}).run()
	}
	return finish(p, "dpkg-divert", err)
}

func (c *divertCommand) run() error {
	c.pkg = c.values["package"]
	if c.pkg == "" && !c.has("local") {
		c.pkg = c.p.Env["DPKG_MAINTSCRIPT_PACKAGE"]
	}
	c.anyPkg = c.pkg == "" && !c.has("local")
	c.rename = c.has("rename") && !c.has("no-rename")
	c.ordered = c.has("rename") || c.has("no-rename")
	if to, given := c.values["divert"]; given && !strings.HasPrefix(to, "/") {
		return usageError(fmt.Sprintf("filename \"%s\" is not absolute", to))
	}
	switch c.action {
	case "list":
		return c.list()
	case "help", "version":
		return c.p.Unmodelledf("--%s", c.action)
	}
	if len(c.args) != 1 {
		return usageError(fmt.Sprintf("--%s needs a single argument", c.action))
	}
	name := c.args[0]
	if name == "" || name[0] != '/' {
		return usageError(fmt.Sprintf("filename \"%s\" is not absolute", name))
	}
	name = "/" + strings.TrimLeft(name, "/")
	d := c.db.peek(name).divert
	switch c.action {
	case "", "add":
		return c.add(name)
	case "remove":
		return c.remove(name, d)
	case "truename":
		if d != nil {
			name = d.to
		}
		fmt.Fprintln(c.p.Stdout(), name)
	case "listpackage":
		c.listPackage(d)
	}
	return nil
}

func (c *divertCommand) say(format string, args ...any) {
	if !c.has("quiet") {
		fmt.Fprintf(c.p.Stdout(), format+"\n", args...)
	}
}

func (c *divertCommand) warnRename() {
	if !c.ordered {
		fmt.Fprintln(c.p.Stderr(), "dpkg-divert: warning: please specify --no-rename explicitly, the default will change to --rename in 1.20.x")
	}
}

func (c *divertCommand) add(name string) error {
	c.warnRename()
	if n, err := c.db.tree.Lstat(name); err == nil && n.Kind == tree.Directory {
		return usageError("cannot divert directories")
	}
	d := &diversion{name, c.values["divert"], c.pkg}
	if d.to == "" {
		d.to = name + ".distrib"
	}
	if d.to == name {
		return usageError(fmt.Sprintf("cannot divert file '%s' to itself", name))
	}
	if done, err := c.clash(d); done || err != nil {
		return err
	}
	c.say("Adding '%s'", d)
	move, err := c.movable(name, d.to)
	if err != nil {
		return err
	}
	if move && c.own(name) {
		c.say("Ignoring request to rename file '%s' owned by diverting package '%s'", name, c.pkg)
		move = false
	}
	if move && c.essential(name) {
		fmt.Fprintf(c.p.Stderr(), "dpkg-divert: warning: diverting file '%s' from an Essential package with rename is dangerous, use --no-rename\n", name)
	}
	if c.has("test") {
		return nil
	}
	if err := c.db.addDiversion(d); err != nil || !move {
		return err
	}
	return c.move(name, d.to)
}

// clash reports whether the diversion is there already; a different one that
// it touches is a failure.
func (c *divertCommand) clash(d *diversion) (done bool, err error) {
	from, to := c.db.peek(d.from), c.db.peek(d.to)
	for _, other := range []*diversion{from.divert, from.came, to.divert, to.came} {
		if other == nil {
			continue
		}
		if *other == *d {
			c.say("Leaving '%s'", other)
			return true, nil
		}
		return false, failure(fmt.Sprintf("'%s' clashes with '%s'", d.asked(c), other))
	}
	return false, nil
}

// asked describes the diversion as the command line asks for it.
func (d *diversion) asked(c *divertCommand) string {
	if c.anyPkg && c.action == "remove" {
		s := "any diversion of " + d.from
		if d.to != "" {
			s += " to " + d.to
		}
		return s
	}
	return describe(d.pkg, d.from, d.to)
}

// movable reports whether the file at from is to be renamed, and could be.
func (c *divertCommand) movable(from, to string) (bool, error) {
	if !c.rename {
		return false, nil
	}
	source, err := c.db.tree.Lstat(from)
	if err != nil {
		return false, nil
	}
	if target, err := c.db.tree.Lstat(to); err == nil && target != source {
		return false, failure(fmt.Sprintf("rename involves overwriting '%s' with\n  different file '%s', not allowed", to, from))
	}
	return true, nil
}

// move renames a file; if both names lead to the same, the old one goes.
func (c *divertCommand) move(from, to string) error {
	if _, err := c.db.tree.Lstat(to); err == nil {
		return c.db.tree.Remove(from)
	}
	if err := c.db.tree.Rename(from, to); err != nil {
		return failure(fmt.Sprintf("cannot rename '%s' to '%s': %v", from, to, err))
	}
	return nil
}

func (c *divertCommand) own(name string) bool {
	return slices.ContainsFunc(c.db.peek(name).owners, func(o *Package) bool { return o.Name == c.pkg })
}

func (c *divertCommand) essential(name string) bool {
	return slices.ContainsFunc(c.db.peek(name).owners, func(o *Package) bool { return o.Essential })
}

func (c *divertCommand) remove(name string, d *diversion) error {
	c.warnRename()
	asked := (&diversion{name, c.values["divert"], c.pkg}).asked(c)
	if d == nil {
		c.say("No diversion '%s', none removed.", asked)
		return nil
	}
	if to := c.values["divert"]; to != "" && to != d.to {
		return failure(fmt.Sprintf("mismatch on divert-to\n  when removing '%s'\n  found '%s'", asked, d))
	}
	if !c.anyPkg && c.pkg != d.pkg {
		return failure(fmt.Sprintf("mismatch on package\n  when removing '%s'\n  found '%s'", asked, d))
	}
	if c.shared(name) {
		c.say("Ignoring request to remove shared diversion '%s'.", d)
		return nil
	}
	c.say("Removing '%s'", d)
	move, err := c.movable(d.to, d.from)
	if err != nil || c.has("test") {
		return err
	}
	if move {
		if err := c.move(d.to, d.from); err != nil {
			return err
		}
	}
	return c.db.removeDiversion(d)
}

// shared reports whether the instance of the package for another architecture
// than the running script's still owns the file.
func (c *divertCommand) shared(name string) bool {
	arch := c.p.Env["DPKG_MAINTSCRIPT_ARCH"]
	return arch != "" && slices.ContainsFunc(c.db.peek(name).owners, func(o *Package) bool {
		return o.Name == c.pkg && o.Arch != arch
	})
}

func (c *divertCommand) list() error {
	patterns := c.args
	if len(patterns) == 0 {
		patterns = []string{"*"}
	}
	for _, d := range c.db.diversions() {
		pkg := d.pkg
		if pkg == "" {
			pkg = ":"
		}
		if slices.ContainsFunc(patterns, func(s string) bool {
			return match(s, pkg) || match(s, d.from) || match(s, d.to)
		}) {
			fmt.Fprintln(c.p.Stdout(), d)
		}
	}
	return nil
}

func (c *divertCommand) listPackage(d *diversion) {
	switch {
	case d == nil:
	case d.pkg == "":
		fmt.Fprintln(c.p.Stdout(), "LOCAL")
	default:
		fmt.Fprintln(c.p.Stdout(), d.pkg)
	}
}
