package dpkg

import "slices"

// A node is what the database knows of a path: who owns it, where it is
// diverted to, and who is interested in it. Paths are as in list files:
// absolute, without symbolic links resolved; the root is "/.".
type node struct {
	owners   []*Package
	divert   *diversion
	came     *diversion // the diversion that leads here
	override *override
	watchers []*interest // file triggers, the latest first
}

// node returns the node of a path, making it if need be.
func (db *Database) node(name string) *node {
	n := db.nodes[name]
	if n == nil {
		n = &node{}
		db.nodes[name] = n
	}
	return n
}

// peek returns the node of a path, or an empty one that is not kept.
func (db *Database) peek(name string) *node {
	if n := db.nodes[name]; n != nil {
		return n
	}
	return &node{}
}

// use returns the path that p's file of this name really goes to, which
// another's diversion may have changed.
func (db *Database) use(name string, p *Package) string {
	if d := db.peek(name).divert; d != nil && (p == nil || d.pkg != p.Name) {
		return d.to
	}
	return name
}

// own records that p owns a path.
func (db *Database) own(name string, p *Package) {
	n := db.node(name)
	if !slices.Contains(n.owners, p) {
		n.owners = append(n.owners, p)
	}
}

// disown is the contrary of own.
func (db *Database) disown(name string, p *Package) {
	n := db.node(name)
	n.owners = slices.DeleteFunc(n.owners, func(o *Package) bool { return o == p })
}
