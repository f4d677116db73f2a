package dpkg

import (
	"fmt"
	"path"
	"strings"

	"coen/debian/relation"
	"coen/debian/version"
	"coen/install/proc"
)

// Table returns the models of dpkg's commands. The shell scripts among its
// programs, such as dpkg-maintscript-helper, are interpreted from the tree;
// those that need a package file or a build have no place in a maintainer
// script and stay unmodelled.
func (db *Database) Table() map[string]proc.Func {
	return map[string]proc.Func{
		"dpkg":              db.Dpkg,
		"dpkg-query":        db.Query,
		"dpkg-divert":       db.Divert,
		"dpkg-statoverride": db.StatOverride,
		"dpkg-trigger":      db.Trigger,
		"dpkg-realpath":     db.Realpath,
	}
}

// passed are the actions that dpkg hands on to dpkg-query.
var passed = []option{
	{name: "listfiles", letter: 'L', action: true},
	{name: "status", letter: 's', action: true},
	{name: "print-avail", letter: 'p', action: true},
	{name: "list", letter: 'l', action: true},
	{name: "search", letter: 'S', action: true},
}

var dpkgOptions = []option{
	{name: "compare-versions", action: true},
	{name: "print-architecture", action: true},
	{name: "print-foreign-architectures", action: true},
	{name: "get-selections", action: true},
	{name: "validate-pkgname", action: true},
	{name: "validate-trigname", action: true},
	{name: "validate-archname", action: true},
	{name: "validate-version", action: true},
	{name: "audit", letter: 'C', action: true},
	{name: "assert", dashed: true, action: true},
	{name: "force", dashed: true}, {name: "no-force", dashed: true}, {name: "refuse", dashed: true},
	{name: "no-pager"},
}

// Dpkg is the model of what maintainer scripts ask of dpkg itself: questions.
func (db *Database) Dpkg(p *proc.Proc) (int, error) {
	c, err := parseOptions(p, dpkgOptions, passed)
	if err == nil {
		err = db.dpkg(p, c)
	}
	return finish(p, "dpkg", err)
}

func (db *Database) dpkg(p *proc.Proc, c *command) error {
	switch c.action {
	case "listfiles", "status", "list", "search":
		return (&query{command: c, db: db, p: p}).run()
	case "compare-versions":
		return compareVersions(c.args)
	case "print-architecture":
		fmt.Fprintln(p.Stdout(), db.arch)
	case "print-foreign-architectures":
		for _, arch := range db.Foreign {
			fmt.Fprintln(p.Stdout(), arch)
		}
	case "get-selections":
		return db.selections(p, c.args)
	case "validate-pkgname", "validate-trigname", "validate-archname", "validate-version":
		return validate(c)
	case "audit":
		return nil // no package is broken, or the build would have ended
	case "assert":
		return db.assert(p, c.values["assert"])
	case "version":
		fmt.Fprintf(p.Stdout(), "Debian 'dpkg' package management program version %s (%s).\n"+
			"This is free software; see the GNU General Public License version 2 or\n"+
			"later for copying conditions. There is NO warranty.\n", db.Version, db.arch)
	case "":
		return usageError("need an action option")
	default:
		return p.Unmodelledf("--%s", c.action)
	}
	return nil
}

// features are what "dpkg --assert-FEATURE" holds for: those that dpkg of Debian 13
// has.
var features = map[string]bool{
	"support-predepends": true, "working-epoch": true, "long-filenames": true,
	"multi-conrep": true, "multi-arch": true, "versioned-provides": true, "protected-field": true,
}

func (db *Database) assert(p *proc.Proc, feature string) error {
	if features[feature] {
		return nil
	}
	return p.Unmodelledf("--assert-%s", feature)
}

func (db *Database) selections(p *proc.Proc, patterns []string) error {
	q := &query{command: &command{args: patterns}, db: db, p: p}
	for _, pkg := range q.matching() {
		label := pkg.Label()
		// Tabs up to column 48, as dpkg fills.
		fmt.Fprintf(p.Stdout(), "%s%s%s\n", label, strings.Repeat("\t", max(1, 6-len(label)/8)), "install")
	}
	return nil
}

func validate(c *command) error {
	if len(c.args) != 1 {
		return usageError(fmt.Sprintf("--%s takes one argument", c.action))
	}
	arg := c.args[0]
	var err error
	switch c.action {
	case "validate-pkgname":
		err = relation.CheckName(arg)
	case "validate-trigname":
		err = checkTrigger(arg)
	case "validate-archname":
		_, err = relation.Parse("x0:" + arg)
	case "validate-version":
		_, err = version.Parse(arg)
	}
	if err != nil {
		return failure(fmt.Sprintf("'%s' is invalid: %v", arg, err))
	}
	return nil
}

// A comparison is an operator of "dpkg --compare-versions": which outcomes hold,
// and how an empty version counts. Most take it to be earlier than any version,
// those in "-nl" later, and the symbols compare it like any other.
type comparison struct {
	less, equal, greater bool
	emptyLater           bool
}

var comparisons = map[string]comparison{
	"lt": {less: true}, "le": {less: true, equal: true}, "eq": {equal: true},
	"ne": {less: true, greater: true}, "ge": {equal: true, greater: true}, "gt": {greater: true},
	"lt-nl": {less: true, emptyLater: true}, "le-nl": {less: true, equal: true, emptyLater: true},
	"ge-nl": {equal: true, greater: true, emptyLater: true}, "gt-nl": {greater: true, emptyLater: true},
	"<": {less: true, equal: true}, "<=": {less: true, equal: true}, "<<": {less: true},
	"=": {equal: true}, ">": {equal: true, greater: true}, ">=": {equal: true, greater: true},
	">>": {greater: true},
}

func compareVersions(args []string) error {
	if len(args) != 3 {
		return usageError("--compare-versions takes three arguments: <version> <relation> <version>")
	}
	op, known := comparisons[args[1]]
	if !known {
		return usageError("--compare-versions bad relation")
	}
	c, err := compareLoose(args[0], args[2], op.emptyLater)
	if err != nil {
		return err
	}
	if c < 0 && op.less || c == 0 && op.equal || c > 0 && op.greater {
		return nil
	}
	return exitStatus(1)
}

// compareLoose compares two versions either of which may be empty.
func compareLoose(a, b string, emptyLater bool) (int, error) {
	const unknown = "<unknown>" // what dpkg once printed for no version
	a, b = strings.TrimSuffix(a, unknown), strings.TrimSuffix(b, unknown)
	none := -1
	if emptyLater {
		none = 1
	}
	switch {
	case a == "" && b == "":
		return 0, nil
	case a == "":
		return none, nil
	case b == "":
		return -none, nil
	}
	va, err := version.ParseLoose(a)
	if err != nil {
		return 0, failure(fmt.Sprintf("version '%s' has bad syntax: %v", a, err))
	}
	vb, err := version.ParseLoose(b)
	if err != nil {
		return 0, failure(fmt.Sprintf("version '%s' has bad syntax: %v", b, err))
	}
	return version.Compare(va, vb), nil
}

// Realpath is the model of dpkg-realpath, which resolves symbolic links whether
// the file they lead to exists or not.
func (db *Database) Realpath(p *proc.Proc) (int, error) {
	c, err := parseOptions(p, []option{{name: "zero", letter: 'z'}})
	if err == nil && len(c.args) != 1 {
		err = usageError("need a pathname argument")
	}
	if err != nil {
		return finish(p, "dpkg-realpath", err)
	}
	end := "\n"
	if c.has("zero") {
		end = "\x00"
	}
	fmt.Fprintf(p.Stdout(), "%s%s", db.resolve(p.Path(c.args[0])), end)
	return 0, nil
}

// resolve follows the symbolic links of a path as far as it exists.
func (db *Database) resolve(name string) string {
	name = path.Clean(name)
	if real, err := db.tree.Resolve(name); err == nil {
		return real
	}
	if name == "/" {
		return name
	}
	if n, err := db.tree.Lstat(name); err == nil && n.Target != "" {
		if strings.HasPrefix(n.Target, "/") {
			return db.resolve(n.Target)
		}
		return db.resolve(path.Join(db.resolve(path.Dir(name)), n.Target))
	}
	return path.Join(db.resolve(path.Dir(name)), path.Base(name))
}
