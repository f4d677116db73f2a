package install

import (
	"fmt"
	"slices"
	"strings"

	"coen/debian/relation"
	"coen/install/dpkg"
)

// An action is what a step of a plan does.
type action int

const (
	extract      action = iota // put files into the tree, run nothing
	populate                   // make devices
	unpack                     // preinst and files
	unpackForced               // the same without regard to Pre-Depends
	configure                  // these packages, without triggers
	configureAll               // these packages, then triggers
)

// A step of a plan, for one package or several.
type step struct {
	action   action
	packages []*dpkg.Package
}

// A plan says in which order packages are installed. It depends on the packages
// alone, not on the order in which they are given.
//
// As a bootstrapper does, it begins with the essential packages and what they
// depend on: their files are put into the tree, so that scripts have something
// to run on, and then they are installed properly, all unpacked before any is
// configured. The others follow, each unpacked after what it depends on; what a
// package pre-depends on is configured before it is unpacked. All that is left
// is configured at the end, in dpkg's own order.
type plan struct {
	db         *dpkg.Database
	packages   []*dpkg.Package
	steps      []step
	placed     map[*dpkg.Package]bool // unpacked, or about to be
	unpacked   map[*dpkg.Package]bool
	configured map[*dpkg.Package]bool
	pre, all   map[*dpkg.Package][]*dpkg.Package // what needs has found
}

// first is the package whose files come before all others: it ships the links
// of the merged /usr, which a directory in their place would keep out.
const first = "base-files"

func newPlan(db *dpkg.Database) (*plan, error) {
	p := &plan{
		db: db, packages: db.Packages(),
		placed: map[*dpkg.Package]bool{}, unpacked: map[*dpkg.Package]bool{}, configured: map[*dpkg.Package]bool{},
		pre: map[*dpkg.Package][]*dpkg.Package{}, all: map[*dpkg.Package][]*dpkg.Package{},
	}
	p.bootstrap()
	for _, q := range p.packages {
		if err := p.place(q); err != nil {
			return nil, err
		}
	}
	return p, nil
}

func (p *plan) add(a action, packages ...*dpkg.Package) {
	p.steps = append(p.steps, step{a, packages})
}

// bootstrap plans the essential packages.
func (p *plan) bootstrap() {
	var roots []*dpkg.Package
	for _, q := range p.packages {
		if q.Essential {
			roots = append(roots, q)
		}
	}
	base := p.closure(roots)
	if len(base) == 0 {
		return
	}
	early := slices.Clone(base)
	slices.SortStableFunc(early, func(a, b *dpkg.Package) int {
		switch {
		case a.Name == first && b.Name != first:
			return -1
		case b.Name == first && a.Name != first:
			return 1
		}
		return 0
	})
	for _, q := range early {
		p.add(extract, q)
	}
	p.add(populate, base[0])
	for _, q := range base {
		p.add(unpackForced, q)
		p.placed[q], p.unpacked[q], p.configured[q] = true, true, true
	}
	p.add(configureAll, base...)
}

// place plans the unpacking of q after all it depends on.
func (p *plan) place(q *dpkg.Package) error {
	if p.placed[q] {
		return nil
	}
	p.placed[q] = true
	for _, d := range p.needs(q, false) {
		if err := p.place(d); err != nil {
			return err
		}
	}
	var waiting []*dpkg.Package
	for _, d := range p.closure(p.needs(q, true)) {
		if p.configured[d] {
			continue
		}
		if err := p.place(d); err != nil {
			return err
		}
		if !p.unpacked[d] {
			return fmt.Errorf("%s: what it pre-depends on depends on it in turn", q)
		}
		waiting = append(waiting, d)
		p.configured[d] = true
	}
	if len(waiting) > 0 {
		p.add(configure, waiting...)
	}
	p.add(unpack, q)
	p.unpacked[q] = true
	return nil
}

// closure returns packages and all they depend on, each after what it depends on
// as far as there are no cycles.
func (p *plan) closure(roots []*dpkg.Package) []*dpkg.Package {
	var list []*dpkg.Package
	seen := map[*dpkg.Package]bool{}
	var visit func(q *dpkg.Package)
	visit = func(q *dpkg.Package) {
		if seen[q] {
			return
		}
		seen[q] = true
		for _, d := range p.needs(q, false) {
			visit(d)
		}
		list = append(list, q)
	}
	for _, q := range roots {
		visit(q)
	}
	return list
}

// needs returns what meets q's Pre-Depends, and, unless only these are wanted,
// its Depends. Of several packages that would do it takes the first alternative
// in the relation, and then the first by name.
func (p *plan) needs(q *dpkg.Package, preOnly bool) []*dpkg.Package {
	fields, known := []string{"Pre-Depends", "Depends"}, p.all
	if preOnly {
		fields, known = fields[:1], p.pre
	}
	if list, found := known[q]; found {
		return list
	}
	var list []*dpkg.Package
	for _, f := range fields {
		groups, err := relation.Parse(q.Control.Get(f))
		if err != nil {
			continue // the database has refused such a package
		}
		for _, g := range groups {
			if d := p.choose(q, g); d != nil && d != q {
				list = append(list, d)
			}
		}
	}
	known[q] = list
	return list
}

func (p *plan) choose(q *dpkg.Package, g relation.Group) *dpkg.Package {
	for _, r := range g {
		if list := p.db.Satisfying(q, r); len(list) > 0 {
			return slices.MinFunc(list, func(a, b *dpkg.Package) int {
				if (a.Name == r.Name) != (b.Name == r.Name) {
					if a.Name == r.Name {
						return -1
					}
					return 1
				}
				return strings.Compare(a.Name, b.Name)
			})
		}
	}
	return nil
}
