package dpkg

import (
	"errors"
	"fmt"
	"path"
	"strings"

	"coen/debian/deb"
	"coen/tree"
)

// An unpacking is the work of putting one package's files into the tree.
type unpacking struct {
	db   *Database
	p    *Package
	bare bool // no conffiles, diversions, overrides and triggers

	list     []string              // paths for the list file
	taken    []string              // paths that are the package's now
	nodes    map[string]*tree.Node // what its entries became, for hard links
	sums     map[string]string     // MD5 digests, if the package brings none
	deferred []func() error        // files and links, placed after all directories
	ceded    map[*Package]bool     // packages that replace p: theirs stays
	users    map[string]uint32     // of the image's passwd file
	groups   map[string]uint32
}

func (db *Database) newUnpacking(p *Package) *unpacking {
	u := &unpacking{
		db: db, p: p,
		nodes: map[string]*tree.Node{},
		sums:  map[string]string{},
		ceded: map[*Package]bool{},
	}
	u.users, u.groups = db.ids("/etc/passwd"), db.ids("/etc/group")
	return u
}

// placeAll goes through the archive in its order, but for symbolic links, which
// come last. As dpkg, it makes directories and devices at once and puts files
// and links in their places at the end.
func (u *unpacking) placeAll(files []File) error {
	for _, links := range []bool{false, true} {
		for i := range files {
			f := &files[i]
			if (f.Type == deb.Symlink) != links {
				continue
			}
			if err := u.place(f); err != nil {
				return fmt.Errorf("%q: %w", f.Path(), err)
			}
		}
	}
	for _, f := range u.deferred {
		if err := f(); err != nil {
			return err
		}
	}
	return nil
}

// place puts one entry in its place, or does not: directories are shared, and
// what another package replaces, what the filter excludes and what an instance
// of the package for another architecture has put there already is left alone.
func (u *unpacking) place(f *File) error {
	name := f.Path()
	use := name
	if !u.bare {
		if d := u.db.peek(name).came; d != nil {
			return fmt.Errorf("is where %q is diverted to by %s", d.from, d.pkg)
		}
		use = u.db.use(name, u.p)
		u.db.activateFile(use, u.p)
	}
	conffile := !u.bare && u.p.conffile(name) != nil
	if conffile {
		var err error
		if use, err = u.db.follow(use); err != nil {
			return err
		}
	}
	old, err := u.db.tree.Lstat(use)
	if err != nil && !errors.Is(err, tree.ErrNotExist) && !errors.Is(err, tree.ErrNotDir) {
		return err
	}
	existing := u.existing(f, use, old)
	keep, shared := false, false
	if !existing && !u.bare {
		if keep, shared, err = u.contest(f, name, old); err != nil || keep {
			return err
		}
	}
	u.list = append(u.list, name)
	if existing {
		return nil
	}
	if _, out := u.db.Filter.Excludes(name, f.Type); out {
		return nil
	}
	if shared {
		return u.compare(f, name, use, old, conffile)
	}
	return u.put(f, name, use, old, conffile)
}

// existing reports whether a directory, or a link that leads to the same one,
// is there already, so that the entry changes nothing.
func (u *unpacking) existing(f *File, use string, old *tree.Node) bool {
	if old == nil {
		return false
	}
	there, err := u.db.tree.Lookup(use)
	isDir := err == nil && there.Kind == tree.Directory
	switch f.Type {
	case deb.Directory:
		return isDir
	case deb.Symlink:
		if old.Kind == tree.Directory {
			return true
		}
		if old.Kind != tree.Symlink || !isDir {
			return false
		}
		target := f.Link
		if !strings.HasPrefix(target, "/") {
			target = path.Dir(use) + "/" + target
		}
		other, err := u.db.tree.Lookup(target)
		return err == nil && other == there
	}
	return false
}

// contest settles whose a path is that other packages own: keep tells to leave
// theirs, shared that it is another instance of the same package.
func (u *unpacking) contest(f *File, name string, old *tree.Node) (keep, shared bool, err error) {
	n := u.db.peek(name)
	for _, o := range n.owners {
		switch {
		case o == u.p:
		case o.Name == u.p.Name && o.same() && u.p.same():
			shared = shared || old != nil
		case n.divert != nil && (n.divert.pkg == o.Name || n.divert.pkg == u.p.Name):
		case old == nil && f.Type == deb.Directory:
		case u.ceded[o]:
			keep = true
		case replaces(u.p, o):
		case replaces(o, u.p):
			u.ceded[o] = true
			keep = true
		default:
			return false, false, fmt.Errorf("is also in %s, which is not replaced", o)
		}
	}
	return keep, shared, nil
}

// replaces reports whether p says that it replaces files of o.
func replaces(p, o *Package) bool {
	for _, g := range p.replaces {
		for _, r := range g {
			if r.Name == o.Name && r.Op.Holds(o.Version, r.Version) {
				return true
			}
		}
	}
	return false
}

// compare holds an entry against what another instance of the package has put
// there: it must be the same.
func (u *unpacking) compare(f *File, name, use string, old *tree.Node, conffile bool) error {
	u.nodes[name] = old
	same := false
	switch f.Type {
	case deb.Directory:
		same = true
	case deb.Symlink:
		same = old.Kind == tree.Symlink && old.Target == f.Link
	case deb.Regular, deb.HardLink:
		sum, err := u.sum(f)
		if err != nil {
			return err
		}
		u.sums[name] = sum
		if conffile {
			if fresh, err := u.db.tree.Lstat(use + ".dpkg-new"); err == nil {
				old = fresh
			}
		}
		there, err := old.Read()
		if err != nil {
			return err
		}
		same = old.Kind == tree.Regular && digest(there) == sum
	default:
		same = string(old.Kind) == string(f.Type) && old.Major == f.Major && old.Minor == f.Minor
	}
	if !same {
		return fmt.Errorf("is shared with %s for other architectures, and differs", u.p.Name)
	}
	return nil
}

// sum returns the MD5 digest of a file of the archive, in hex.
func (u *unpacking) sum(f *File) (string, error) {
	if f.Type == deb.HardLink {
		return u.sums["/"+f.Link], nil
	}
	node := tree.Node{Kind: tree.Regular, Content: f.Content}
	content, err := node.Read()
	return digest(content), err
}

// put places an entry. What is in its way, other than a directory that a link
// would replace, goes.
func (u *unpacking) put(f *File, name, use string, old *tree.Node, conffile bool) error {
	n, err := u.make(f, name)
	if err != nil {
		return err
	}
	u.nodes[name] = n
	if f.Type == deb.Regular || f.Type == deb.HardLink {
		if err := u.note(f, name); err != nil {
			return err
		}
	}
	if conffile {
		u.taken = append(u.taken, name)
		return u.db.tree.Put(use+".dpkg-new", n)
	}
	place := func() error {
		u.taken = append(u.taken, name)
		there, err := u.db.tree.Lstat(use)
		if err == nil && (there.Kind == tree.Directory || f.Type == deb.Directory) {
			if err := u.db.tree.RemoveAll(use); err != nil {
				return err
			}
		}
		return u.db.tree.Put(use, n)
	}
	switch f.Type {
	case deb.Regular, deb.HardLink, deb.Symlink:
		u.deferred = append(u.deferred, place)
		return nil
	}
	return place()
}

// note keeps the digest of a file if the package does not bring them.
func (u *unpacking) note(f *File, name string) error {
	if u.bare || u.p.has("md5sums") {
		return nil
	}
	sum, err := u.sum(f)
	u.sums[name] = sum
	return err
}

var kinds = map[deb.Type]tree.Kind{
	deb.Regular:     tree.Regular,
	deb.Directory:   tree.Directory,
	deb.Symlink:     tree.Symlink,
	deb.CharDevice:  tree.CharDevice,
	deb.BlockDevice: tree.BlockDevice,
	deb.FIFO:        tree.Fifo,
}

// make makes the node of an entry. A hard link's is that of its target, with the
// owner, mode and time that the link itself has in the archive.
func (u *unpacking) make(f *File, name string) (*tree.Node, error) {
	n := &tree.Node{Kind: kinds[f.Type], Major: f.Major, Minor: f.Minor, Content: f.Content}
	if f.Type == deb.HardLink {
		var err error
		if n, err = u.linked(f); err != nil {
			return nil, err
		}
	}
	n.Mode, n.UID, n.GID, n.ModTime = f.Mode, f.UID, f.GID, f.MTime
	if f.Type == deb.Symlink {
		n.Mode, n.Target = 0o777, f.Link
	}
	if id, known := u.users[f.User]; known {
		n.UID = id
	}
	if id, known := u.groups[f.Group]; known {
		n.GID = id
	}
	if f.Capability != nil {
		n.Xattrs = map[string][]byte{"security.capability": f.Capability}
	}
	if o := u.db.peek(name).override; o != nil && !u.bare {
		n.UID, n.GID, n.Mode = o.uid, o.gid, o.mode
	}
	return n, nil
}

// linked returns the node that a hard link is another name of.
func (u *unpacking) linked(f *File) (*tree.Node, error) {
	if n := u.nodes["/"+f.Link]; n != nil {
		return n, nil
	}
	n, err := u.db.tree.Lstat(u.db.use("/"+f.Link, u.p))
	if err != nil {
		return nil, fmt.Errorf("hard link to %q, which was left out: %w", f.Link, err)
	}
	return n, nil
}
