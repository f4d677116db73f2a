package dpkg

import (
	"fmt"
	"slices"
	"strings"

	"coen/debian/deb"
	"coen/debian/deb822"
	"coen/install/proc"
	"coen/tree"
)

// Where the database keeps its files.
const (
	adminDir   = "/var/lib/dpkg"
	infoDir    = adminDir + "/info"
	triggerDir = adminDir + "/triggers"
	controlTmp = adminDir + "/tmp.ci"
)

// Config says what a database is for.
type Config struct {
	// Arch is the native architecture, "amd64"; Foreign are further ones.
	Arch    string
	Foreign []string
	// Version of dpkg, as maintainer scripts are told and "dpkg --version"
	// says.
	Version string
	// Filter leaves paths of packages out.
	Filter Filter
	// Env is added to the environment of maintainer scripts.
	Env map[string]string
	// Ran, if set, is told of every maintainer script after it ran.
	Ran func(Run)
}

// A Database is dpkg's database over a tree, and dpkg itself: it unpacks and
// configures packages and answers the dpkg commands of their scripts.
type Database struct {
	Config
	Machine *proc.Machine

	tree      *tree.Tree
	arch      string
	packages  []*Package            // in dpkg's order
	byName    map[string][]*Package // by architecture
	providers map[string][]*Package // by what they provide, in dpkg's order
	nodes     map[string]*node      // by path, see nodes.go

	diverted   []string // paths that are diverted, in dpkg's order
	overridden []string // paths with an override, in dpkg's order

	explicit map[string][]interest // explicit triggers
	filed    []*interest           // file triggers, in the order of interest
	noted    []*activation         // activations by dpkg-trigger, not yet acted upon

	session *session // the run of dpkg that is under way, or nil
	running Run      // the maintainer script that is under way
}

// New makes an empty database in the machine's tree, as dpkg and a bootstrapper
// leave it before the first package.
func New(m *proc.Machine, c Config) (*Database, error) {
	db := &Database{
		Config: c, Machine: m, tree: m.Tree, arch: c.Arch,
		byName:    map[string][]*Package{},
		providers: map[string][]*Package{},
		nodes:     map[string]*node{},
		explicit:  map[string][]interest{},
	}
	defer db.tree.By(db.tree.By(tree.Author{Kind: tree.ByTool, Name: "dpkg database"}))
	for _, dir := range []string{infoDir, triggerDir, adminDir + "/updates", adminDir + "/parts", adminDir + "/alternatives"} {
		if err := db.tree.MkdirAll(dir, 0o755); err != nil {
			return nil, err
		}
	}
	arches := strings.Join(append([]string{c.Arch}, c.Foreign...), "\n") + "\n"
	for _, f := range []struct {
		name, content string
		mode          uint32
	}{
		{adminDir + "/arch-native", c.Arch + "\n", 0o644},
		{adminDir + "/arch", arches, 0o644},
		{adminDir + "/lock", "", 0o640},
		{adminDir + "/lock-frontend", "", 0o640},
		{adminDir + "/diversions", "", 0o644},
		{adminDir + "/statoverride", "", 0o644},
		{adminDir + "/status", "", 0o644},
		{infoDir + "/format", "1\n", 0o644},
		{triggerDir + "/Lock", "", 0o600},
		{triggerDir + "/Unincorp", "", 0o644},
	} {
		if err := db.tree.WriteFile(f.name, []byte(f.content), f.mode); err != nil {
			return nil, err
		}
	}
	return db, nil
}

// Add makes a package known, as not yet installed. Installing it starts with
// [Database.Unpack].
func (db *Database) Add(control *deb822.Paragraph, members map[string]deb.Member) (*Package, error) {
	p, err := newPackage(control, members)
	if err != nil {
		return nil, fmt.Errorf("%s: control: %w", control.Get("Package"), err)
	}
	p.db = db
	if p.Arch != "all" && p.Arch != db.arch && !slices.Contains(db.Foreign, p.Arch) {
		return nil, fmt.Errorf("%s: architecture %q is neither %q nor a foreign one of this image", p, p.Arch, db.arch)
	}
	for _, other := range db.byName[p.Name] {
		if other.Arch == p.Arch || !other.same() || !p.same() {
			return nil, fmt.Errorf("%s: %s is there already, and the two cannot be installed together", p, other)
		}
	}
	db.byName[p.Name] = append(db.byName[p.Name], p)
	slices.SortFunc(db.byName[p.Name], comparePackages)
	db.packages = insert(db.packages, p)
	for _, v := range p.Provides {
		if !slices.Contains(db.providers[v.Name], p) {
			db.providers[v.Name] = insert(db.providers[v.Name], p)
		}
	}
	return p, nil
}

// insert puts p into a list in dpkg's order.
func insert(list []*Package, p *Package) []*Package {
	at, _ := slices.BinarySearchFunc(list, p, comparePackages)
	return slices.Insert(list, at, p)
}

// Packages returns all packages, sorted by name and architecture.
func (db *Database) Packages() []*Package {
	all := slices.Clone(db.packages)
	slices.SortFunc(all, func(a, b *Package) int {
		if c := strings.Compare(a.Name, b.Name); c != 0 {
			return c
		}
		return strings.Compare(a.Arch, b.Arch)
	})
	return all
}

// Lookup finds a package by "name" or "name:arch". A name alone finds the
// native one of several.
func (db *Database) Lookup(name string) *Package {
	name, arch, qualified := strings.Cut(name, ":")
	instances := db.byName[name]
	for _, p := range instances {
		if p.Arch == arch || arch == "" && (p.Arch == db.arch || p.Arch == "all") {
			return p
		}
	}
	if !qualified && len(instances) == 1 {
		return instances[0]
	}
	return nil
}

// Running returns the package and name of the maintainer script that is under
// way, or nil and "".
func (db *Database) Running() (p *Package, script string) {
	return db.running.Package, db.running.Script
}

// by signs what is written to the tree as the package's until the function it
// returns is called.
func (db *Database) by(kind tree.Authorship, name, detail string) (restore func()) {
	old := db.tree.By(tree.Author{Kind: kind, Name: name, Detail: detail})
	return func() { db.tree.By(old) }
}
