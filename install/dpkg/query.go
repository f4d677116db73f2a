package dpkg

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"coen/install/proc"
)

var queryOptions = []option{
	{name: "listfiles", letter: 'L', action: true},
	{name: "status", letter: 's', action: true},
	{name: "print-avail", letter: 'p', action: true},
	{name: "list", letter: 'l', action: true},
	{name: "search", letter: 'S', action: true},
	{name: "show", letter: 'W', action: true},
	{name: "control-path", letter: 'c', action: true},
	{name: "control-list", action: true},
	{name: "control-show", action: true},
	{name: "load-avail"}, {name: "no-pager"},
	{name: "showformat", letter: 'f', value: true},
}

// A query is one run of dpkg-query.
type query struct {
	*command
	db     *Database
	p      *proc.Proc
	misses bool
}

// Query is the model of dpkg-query.
func (db *Database) Query(p *proc.Proc) (int, error) {
	c, err := parseOptions(p, queryOptions)
	if err == nil {
		err = (&query{command: c, db: db, p: p}).run()
	}
	return finish(p, "dpkg-query", err)
}

func (q *query) run() error {
	actions := map[string]func() error{
		"listfiles": q.listFiles, "status": q.status, "list": q.list, "search": q.search,
		"show": q.show, "control-path": q.controlPath, "control-list": q.controlList,
		"control-show": q.controlShow,
	}
	action := actions[q.action]
	if q.action == "" {
		return usageError("need an action option")
	}
	if action == nil {
		return q.p.Unmodelledf("--%s", q.action)
	}
	if err := action(); err != nil {
		return err
	}
	if q.misses {
		return exitStatus(1)
	}
	return nil
}

func (q *query) print(format string, args ...any) { fmt.Fprintf(q.p.Stdout(), format, args...) }

// miss says what was not found and makes the exit status 1.
func (q *query) miss(format string, args ...any) {
	fmt.Fprintf(q.p.Stderr(), "dpkg-query: "+format+"\n", args...)
	q.misses = true
}

// named finds the package of an argument, nil if it is not known.
func (q *query) named(name string) (*Package, error) {
	base, _, _ := strings.Cut(name, ":")
	if base == "" || !isAlnum(base[0]) || strings.ContainsAny(base, "/_*") {
		return nil, usageError(fmt.Sprintf("--%s needs a valid package name but '%s' is not", q.action, name))
	}
	return q.db.Lookup(name), nil
}

// installed finds an installed package, which it is an error not to be.
func (q *query) installed(name string) (*Package, error) {
	p, err := q.named(name)
	if err == nil && (p == nil || p.state == NotInstalled) {
		err = failure(fmt.Sprintf("package '%s' is not installed", name))
	}
	return p, err
}

func (q *query) listFiles() error {
	if len(q.args) == 0 {
		return usageError("--listfiles needs at least one package name argument")
	}
	for i, name := range q.args {
		p, err := q.named(name)
		switch {
		case err != nil:
			return err
		case p == nil || p.state == NotInstalled:
			q.miss("package '%s' is not installed", name)
		case len(p.files) == 0:
			q.print("Package '%s' does not contain any files (!)\n", p.Label())
		default:
			q.printFiles(p)
		}
		if i+1 < len(q.args) {
			q.print("\n")
		}
	}
	if q.misses {
		fmt.Fprintln(q.p.Stderr(), "Use dpkg --contents (= dpkg-deb --contents) to list archive files contents.")
	}
	return nil
}

func (q *query) printFiles(p *Package) {
	for _, name := range p.files {
		q.print("%s\n", name)
		switch d := q.db.peek(name).divert; {
		case d == nil:
		case d.pkg == "":
			q.print("locally diverted to: %s\n", d.to)
		case d.pkg == p.Name:
			q.print("package diverts others to: %s\n", d.to)
		default:
			q.print("diverted by %s to: %s\n", d.pkg, d.to)
		}
	}
}

func (q *query) status() error {
	if len(q.args) == 0 {
		q.print("%s", q.db.Status())
	}
	for i, name := range q.args {
		p, err := q.named(name)
		switch {
		case err != nil:
			return err
		case p == nil || p.state == NotInstalled:
			q.miss("package '%s' is not installed and no information is available", name)
		default:
			q.print("%s", p.Stanza())
		}
		if i+1 < len(q.args) {
			q.print("\n")
		}
	}
	if q.misses {
		fmt.Fprintln(q.p.Stderr(), "Use dpkg --info (= dpkg-deb --info) to examine archive files.")
	}
	return nil
}

// matching returns the packages that match one of the patterns, or all that are
// installed if there are none.
func (q *query) matching() []*Package {
	found := make([]bool, len(q.args))
	var list []*Package
	for _, p := range q.db.Packages() {
		if p.state == NotInstalled {
			continue
		}
		take := len(q.args) == 0
		for i, pattern := range q.args {
			if p.matches(pattern) {
				take, found[i] = true, true
			}
		}
		if take {
			list = append(list, p)
		}
	}
	for i, pattern := range q.args {
		if !found[i] {
			defer q.miss("no packages found matching %s", pattern)
		}
	}
	return list
}

// matches reports whether a pattern for the name, with or without one for the
// architecture, matches p.
func (p *Package) matches(pattern string) bool {
	name, arch, qualified := strings.Cut(pattern, ":")
	return match(name, p.Name) && (!qualified || match(arch, p.Arch))
}

func (q *query) search() error {
	if len(q.args) == 0 {
		return usageError("--search needs at least one file name pattern argument")
	}
	for _, pattern := range q.args {
		if pattern == "" || !strings.ContainsRune("*[?/", rune(pattern[0])) {
			pattern = "*" + pattern + "*"
		}
		var found bool
		if strings.ContainsAny(pattern, `*[?\`) {
			paths := slices.DeleteFunc(slices.Collect(maps.Keys(q.db.nodes)), func(name string) bool { return !match(pattern, name) })
			sortPaths(paths)
			for _, name := range paths {
				found = q.printOwners(name) || found
			}
		} else {
			found = q.printOwners(cleanPath(pattern))
		}
		if !found {
			q.miss("no path found matching pattern %s", pattern)
		}
	}
	return nil
}

// printOwners prints who owns a path and reports whether anybody does.
func (q *query) printOwners(name string) bool {
	n := q.db.peek(name)
	for _, d := range []*diversion{n.divert, n.came} {
		switch {
		case d == nil:
		case d.pkg == "":
			q.print("local diversion from: %s\nlocal diversion to: %s\n", d.from, d.to)
		default:
			q.print("diversion by %s from: %s\ndiversion by %s to: %s\n", d.pkg, d.from, d.pkg, d.to)
		}
	}
	if len(n.owners) > 0 {
		owners := labels(n.owners)
		slices.Sort(owners) // dpkg's order is that of blocks on the disk
		q.print("%s: %s\n", strings.Join(owners, ", "), name)
	}
	return len(n.owners) > 0 || n.divert != nil || n.came != nil
}

// controlFiles returns the paths of p's control files that dpkg-query shows.
func (q *query) controlFiles(p *Package) []string {
	var files []string
	for _, member := range slices.Sorted(maps.Keys(p.Members)) {
		name := infoDir + "/" + p.infoName() + "." + member
		if member != "list" && member != "conffiles" && q.db.tree.Exists(name) {
			files = append(files, name)
		}
	}
	return files
}

func (q *query) controlPath() error {
	if len(q.args) < 1 || len(q.args) > 2 {
		return usageError("--control-path needs one or two arguments")
	}
	p, err := q.installed(q.args[0])
	if err != nil {
		return err
	}
	for _, name := range q.controlFiles(p) {
		if len(q.args) == 1 || path.Ext(name) == "."+q.args[1] {
			q.print("%s\n", name)
		}
	}
	return nil
}

func (q *query) controlList() error {
	if len(q.args) != 1 {
		return usageError("--control-list takes one package name argument")
	}
	p, err := q.installed(q.args[0])
	if err != nil {
		return err
	}
	for _, name := range q.controlFiles(p) {
		q.print("%s\n", path.Ext(name)[1:])
	}
	return nil
}

func (q *query) controlShow() error {
	if len(q.args) != 2 {
		return usageError("--control-show takes exactly two arguments")
	}
	p, err := q.installed(q.args[0])
	if err != nil {
		return err
	}
	content, err := q.db.tree.ReadFile(infoDir + "/" + p.infoName() + "." + q.args[1])
	if err != nil {
		return failure(fmt.Sprintf("control file '%s' does not exist", q.args[1]))
	}
	q.print("%s", content)
	return nil
}
