package resolve

import (
	"cmp"
	"slices"
	"strings"

	"coen/debian/archive"
	"coen/debian/relation"
	"coen/debian/version"
)

// A Candidate is the version of a package that would be installed.
type Candidate struct {
	*archive.Package
	// Suite is the index of the suite it is from.
	Suite int
}

// A Pool holds the candidates of some suites for one architecture.
type Pool struct {
	arch      string
	byName    map[string]*Candidate
	providers map[string][]*Candidate // by what they provide; nil if out of date
}

// NewPool returns an empty pool for an architecture such as "amd64".
func NewPool(arch string) *Pool {
	return &Pool{arch: arch, byName: make(map[string]*Candidate)}
}

// Add adds a package of a suite. Suites are numbered by preference, the best
// lowest, and added in any order.
func (p *Pool) Add(pkg *archive.Package, suite int) {
	if old := p.byName[pkg.Name]; old != nil {
		c := version.Compare(pkg.Version, old.Version)
		if c < 0 || c == 0 && suite >= old.Suite {
			return
		}
	}
	p.byName[pkg.Name] = &Candidate{pkg, suite}
	p.providers = nil
}

// Essential returns the names of all essential packages, sorted.
func (p *Pool) Essential() []string {
	var names []string
	for name, c := range p.byName {
		if c.Essential {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// providersOf returns the candidates that provide a name, best first.
func (p *Pool) providersOf(name string) []*Candidate {
	if p.providers == nil {
		p.providers = make(map[string][]*Candidate)
		for _, c := range p.byName {
			for _, v := range c.Provides {
				p.providers[v.Name] = append(p.providers[v.Name], c)
			}
		}
		for name, list := range p.providers {
			slices.SortFunc(list, compareProviders)
			p.providers[name] = slices.Compact(list)
		}
	}
	return p.providers[name]
}

// compareProviders orders by what apt goes by. Where it finds no difference it
// takes what it saw last when it read the indices, which is mostly the last by
// name.
func compareProviders(a, b *Candidate) int {
	if a.Essential != b.Essential {
		if a.Essential {
			return -1
		}
		return 1
	}
	return cmp.Or(cmp.Compare(rank(a.Priority), rank(b.Priority)), -strings.Compare(a.Name, b.Name))
}

// rank orders the priorities of Debian Policy 2.5.
func rank(priority string) int {
	switch priority {
	case "required":
		return 0
	case "important":
		return 1
	case "standard":
		return 2
	case "optional":
		return 3
	}
	return 4
}

// solutions returns the candidates that satisfy r for a package of architecture
// arch, best first.
func (p *Pool) solutions(r relation.Relation, arch string) []*Candidate {
	var found []*Candidate
	if c := p.byName[r.Name]; c != nil && c.SatisfiesReally(r, arch, p.arch) {
		found = append(found, c)
	}
	for _, c := range p.providersOf(r.Name) {
		if c.Name != r.Name && c.Virtually(r, arch, p.arch) >= 0 {
			found = append(found, c)
		}
	}
	return found
}
