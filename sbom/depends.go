package sbom

import (
	"fmt"
	"slices"

	"coen/debian/deb822"
	"coen/debian/relation"
	"coen/debian/version"
	"coen/lock"
)

// depend notes which installed packages each depends on: of alternatives, the
// first that is there.
func (b *BOM) depend(l *lock.Lock, status map[string]*deb822.Paragraph) error {
	all, err := installed(l, status)
	if err != nil {
		return err
	}
	ids := map[string]string{}
	byName := map[string][]*relation.Package{} // also by what they provide
	for i, p := range l.Packages {
		ids[p.Name] = b.components[i].id
	}
	for _, p := range all {
		byName[p.Name] = append(byName[p.Name], p)
		for _, v := range p.Provides {
			byName[v.Name] = append(byName[v.Name], p)
		}
	}
	for i := range l.Packages {
		c := &b.components[i]
		control := status[c.name]
		if control == nil {
			continue
		}
		for _, field := range []string{"Pre-Depends", "Depends"} {
			list, err := relation.Parse(control.Get(field))
			if err != nil {
				return fmt.Errorf("%s: %s: %w", c.name, field, err)
			}
			for _, group := range list.For(l.Arch) {
				if p := satisfier(group, byName, control.Get("Architecture"), l.Arch); p != nil {
					c.needs = append(c.needs, ids[p.Name])
				}
			}
		}
		slices.Sort(c.needs)
		c.needs = slices.Compact(c.needs)
	}
	return nil
}

// installed returns the packages of the lock that are in the image.
func installed(l *lock.Lock, status map[string]*deb822.Paragraph) (all []*relation.Package, err error) {
	for _, p := range l.Packages {
		control := status[p.Name]
		if control == nil {
			continue
		}
		r := &relation.Package{Name: p.Name, Arch: p.Arch, MultiArch: control.Get("Multi-Arch")}
		if r.Version, err = version.Parse(p.Version); err != nil {
			return nil, fmt.Errorf("%s: %w", p.Name, err)
		}
		if r.Provides, err = relation.ParseProvides(control.Get("Provides")); err != nil {
			return nil, fmt.Errorf("%s: %w", p.Name, err)
		}
		all = append(all, r)
	}
	return all, nil
}

func satisfier(g relation.Group, byName map[string][]*relation.Package, arch, native string) *relation.Package {
	if arch == "all" {
		arch = native
	}
	for _, r := range g {
		for _, p := range byName[r.Name] {
			if p.Satisfies(r, arch, native) {
				return p
			}
		}
	}
	return nil
}
