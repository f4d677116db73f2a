package dpkg

import (
	"fmt"
	"slices"

	"coen/debian/deb"
	"coen/debian/deb822"
	"coen/debian/relation"
	"coen/debian/version"
)

// A State is how far the installation of a package has come. The order is
// dpkg's: whatever is at least Unpacked has its files in place.
type State byte

// The states of dpkg(1) that a fresh installation goes through.
const (
	NotInstalled State = iota
	HalfInstalled
	Unpacked
	HalfConfigured
	TriggersAwaited
	TriggersPending
	Installed
)

var states = [...]string{
	"not-installed", "half-installed", "unpacked", "half-configured",
	"triggers-awaited", "triggers-pending", "installed",
}

// String returns the state as in the Status field.
func (s State) String() string { return states[s] }

// abbrev is the letter of the state in "dpkg -l".
func (s State) abbrev() byte { return "nHUFWti"[s] }

// A Package is a package known to the database.
type Package struct {
	// Package holds what relations are held against.
	relation.Package
	// Control is the control paragraph of the binary package.
	Control *deb822.Paragraph
	// Members holds the files of the control archive by name.
	Members map[string]deb.Member
	// Essential and Protected packages, see deb-control(5).
	Essential, Protected bool

	db        *Database
	state     State
	reinstall bool // the Status field's second word is "reinstreq"

	needs     []*need // Pre-Depends and Depends, in the paragraph's order
	replaces  relation.List
	breaks    relation.List
	conflicts relation.List

	conffiles []*conffile
	files     []string // as in its list file

	pending  []string   // triggers it has to process, the latest first
	awaited  []*Package // whose trigger processing it awaits, the earliest first
	awaiters []*Package // who awaits its trigger processing
}

// A need is one group of Depends or Pre-Depends.
type need struct {
	pre    bool
	group  relation.Group
	broken []bool // alternatives at which a cycle was broken
}

// newPackage reads a control paragraph.
func newPackage(control *deb822.Paragraph, members map[string]deb.Member) (*Package, error) {
	p := &Package{Control: control, Members: members}
	p.Name = control.Get("Package")
	p.Arch = control.Get("Architecture")
	p.MultiArch = control.Get("Multi-Arch")
	if p.MultiArch == "no" {
		p.MultiArch = ""
	}
	p.Essential = control.Get("Essential") == "yes"
	p.Protected = control.Get("Protected") == "yes"
	var err error
	if p.Version, err = version.Parse(control.Get("Version")); err != nil {
		return nil, err
	}
	if p.Provides, err = relation.ParseProvides(control.Get("Provides")); err != nil {
		return nil, err
	}
	return p, p.readRelations()
}

func (p *Package) readRelations() error {
	for _, f := range p.Control.Fields {
		list, err := relation.Parse(f.Value())
		switch f.Name {
		case "Depends", "Pre-Depends":
			for _, g := range list {
				p.needs = append(p.needs, &need{f.Name == "Pre-Depends", g, make([]bool, len(g))})
			}
		case "Replaces":
			p.replaces = list
		case "Breaks":
			p.breaks = list
		case "Conflicts":
			p.conflicts = list
		default:
			continue
		}
		if err != nil {
			return fmt.Errorf("%s: %w", f.Name, err)
		}
	}
	return nil
}

// State returns how far the package's installation has come.
func (p *Package) State() State { return p.state }

// Files returns the paths the package owns, as in its list file.
func (p *Package) Files() []string { return slices.Clone(p.files) }

// String returns "name version", as authors and errors name the package.
func (p *Package) String() string { return p.Name + " " + p.Version.String() }

// same reports whether several architectures of the package can be installed
// side by side.
func (p *Package) same() bool { return p.MultiArch == "same" }

// infoName is the stem of the package's files in the info directory, and its
// name in trigger interests.
func (p *Package) infoName() string {
	if p.same() {
		return p.Name + ":" + p.Arch
	}
	return p.Name
}

// Label is the package's name with its architecture where it would be
// ambiguous or surprising without, as dpkg prints it.
func (p *Package) Label() string {
	if p.same() || p.Arch != "all" && p.Arch != p.db.arch {
		return p.Name + ":" + p.Arch
	}
	return p.Name
}

// script reports whether the package brings the maintainer script or other
// control file.
func (p *Package) has(member string) bool {
	_, ok := p.Members[member]
	return ok
}
