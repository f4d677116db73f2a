package dpkg

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"coen/debian/deb"
	"coen/tree"
)

// A File is an entry of a package's data archive with its content.
type File struct {
	deb.Entry
	// Content of a regular file; nil means empty, or that it was left out, since
	// the database's filter excludes the path.
	Content tree.Content
}

// Path returns the file's name as in list files.
func (f *File) Path() string {
	if f.Name == "." {
		return "/."
	}
	return "/" + f.Name
}

// Unpack runs p's preinst and puts its files into the tree, as "dpkg --unpack"
// does for a package that is not installed. Pre-Depends must be configured
// before, unless forced, as in a bootstrap.
func (db *Database) Unpack(p *Package, files []File, forced bool) error {
	if p.state != NotInstalled {
		return fmt.Errorf("%s: already %s", p, p.state)
	}
	if err := db.conflictFree(p); err != nil {
		return err
	}
	if !forced {
		if err := db.preDependencies(p); err != nil {
			return err
		}
	}
	var err error
	if p.conffiles, err = parseConffiles(p.Members["conffiles"].Data); err != nil {
		return fmt.Errorf("%s: %w", p, err)
	}
	if err := db.announce(p); err != nil {
		return fmt.Errorf("%s: %w", p, err)
	}
	if err := db.placeControl(p); err != nil {
		return fmt.Errorf("%s: %w", p, err)
	}
	p.state, p.reinstall = HalfInstalled, true
	if err := db.runNew(p, "preinst", "install"); err != nil {
		return err
	}
	if err := db.unpackFiles(p, files); err != nil {
		return fmt.Errorf("%s: %w", p, err)
	}
	p.state, p.reinstall = Unpacked, false
	db.note(p)
	return nil
}

func (db *Database) unpackFiles(p *Package, files []File) error {
	u := db.newUnpacking(p)
	restore := db.by(tree.ByPackage, p.String(), "")
	err := u.placeAll(files)
	restore()
	if err != nil {
		return err
	}
	if err := db.moveControl(p); err != nil {
		return err
	}
	p.files = u.list
	for _, name := range p.files {
		db.own(name, p)
	}
	if err := db.writeList(p); err != nil {
		return err
	}
	if err := u.writeSums(); err != nil {
		return err
	}
	if err := u.takeOver(); err != nil {
		return err
	}
	return db.takeInterest(p)
}

// placeControl writes the control archive's files where dpkg has them while a
// package is unpacked: preinst runs there, and debconf looks for its templates
// beside it.
func (db *Database) placeControl(p *Package) error {
	defer db.by(tree.ByPackage, p.String(), "control")()
	if err := db.tree.RemoveAll(controlTmp); err != nil {
		return err
	}
	if err := db.tree.Mkdir(controlTmp, 0o755); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(p.Members)) {
		m := p.Members[name]
		if err := db.tree.WriteFile(controlTmp+"/"+name, m.Data, executable(name, m.Mode)); err != nil {
			return err
		}
	}
	return nil
}

// executable returns the mode of a control file; dpkg makes scripts that it
// runs executable if they are not.
func executable(name string, mode uint32) uint32 {
	switch name {
	case "preinst", "postinst", "prerm", "postrm", "config":
		if mode&0o555 != 0o555 {
			return 0o755
		}
	}
	return mode
}

// moveControl moves the control files to the info directory. The control
// paragraph has no place there, and a name with a dot, as dpkg sees it, cannot
// be one of its files.
func (db *Database) moveControl(p *Package) error {
	defer db.by(tree.ByPackage, p.String(), "control")()
	for _, name := range slices.Sorted(maps.Keys(p.Members)) {
		if name == "control" || name == "list" || strings.Contains(name, ".") {
			continue
		}
		if err := db.tree.Rename(controlTmp+"/"+name, infoDir+"/"+p.infoName()+"."+name); err != nil {
			return err
		}
	}
	return db.tree.RemoveAll(controlTmp)
}

// writeList writes p's list file.
func (db *Database) writeList(p *Package) error {
	defer db.by(tree.ByPackage, p.String(), "list")()
	var b strings.Builder
	for _, name := range p.files {
		b.WriteString(name + "\n")
	}
	return db.tree.WriteFile(infoDir+"/"+p.infoName()+".list", []byte(b.String()), 0o644)
}

// writeSums makes the md5sums file that a package lacks.
func (u *unpacking) writeSums() error {
	if u.p.has("md5sums") {
		return nil
	}
	defer u.db.by(tree.ByPackage, u.p.String(), "md5sums")()
	var b strings.Builder
	for _, name := range u.list {
		if sum := u.sums[name]; sum != "" {
			fmt.Fprintf(&b, "%s  %s\n", sum, name[1:])
		}
	}
	return u.db.tree.WriteFile(infoDir+"/"+u.p.infoName()+".md5sums", []byte(b.String()), 0o644)
}

// takeOver removes what p replaced from the list files of other packages.
func (u *unpacking) takeOver() error {
	changed := map[*Package]bool{}
	for _, name := range u.taken {
		n := u.db.node(name)
		if n.divert != nil && n.divert.pkg == u.p.Name {
			continue // the others' versions are elsewhere
		}
		for _, o := range slices.Clone(n.owners) {
			if o.Name == u.p.Name || n.divert != nil && n.divert.pkg == o.Name {
				continue
			}
			u.db.disown(name, o)
			o.files = slices.DeleteFunc(o.files, func(f string) bool { return f == name })
			changed[o] = true
		}
	}
	for _, o := range slices.SortedFunc(maps.Keys(changed), comparePackages) {
		if !slices.ContainsFunc(o.files, func(name string) bool { return len(u.db.peek(name).owners) == 1 }) {
			return fmt.Errorf("replaces all of %s, which dpkg would make disappear", o)
		}
		if err := u.db.writeList(o); err != nil {
			return err
		}
	}
	return nil
}

// Extract puts a package's files into the tree and does nothing else, as a
// bootstrapper does before there is anything that scripts could run on. The
// package is to be unpacked properly later.
func (db *Database) Extract(p *Package, files []File) error {
	defer db.by(tree.ByPackage, p.String(), "")()
	u := db.newUnpacking(p)
	u.bare = true
	if err := u.placeAll(files); err != nil {
		return fmt.Errorf("%s: extract: %w", p, err)
	}
	return nil
}
