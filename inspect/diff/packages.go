package diff

import (
	"maps"
	"slices"

	"coen/lock"
)

// packages compares what is installed, and the package files that the locks name.
func packages(a, b *Side) ([]Package, error) {
	pa, err := a.packages()
	if err != nil {
		return nil, err
	}
	pb, err := b.packages()
	if err != nil {
		return nil, err
	}
	if pa == nil || pb == nil {
		return nil, nil
	}
	da, db := digests(a.Lock), digests(b.Lock)
	all := maps.Clone(pa)
	maps.Copy(all, pb)
	var list []Package
	for _, name := range slices.Sorted(maps.Keys(all)) {
		p := Package{Name: name, A: pa[name], B: pb[name]}
		if p.A == p.B {
			ha, hb := da[name], db[name]
			p.Bytes = ha.Version == hb.Version && ha.SHA256 != hb.SHA256
			if !p.Bytes {
				continue
			}
		}
		list = append(list, p)
	}
	return list, nil
}

func digests(l *lock.Lock) map[string]lock.Package {
	all := map[string]lock.Package{}
	if l != nil {
		for _, p := range l.Packages {
			all[p.Name] = p
		}
	}
	return all
}

// lockRecords describes what a lock says beside its packages.
func lockRecords(l *lock.Lock) []record {
	r := record{name: "lock"}
	r.add("profile", l.Profile)
	r.add("recipe", l.Recipe)
	r.add("architecture", l.Arch)
	r.add("time", l.Time.Format("2006-01-02 15:04:05"))
	list := []record{r}
	for _, s := range l.Suites {
		r := record{name: "suite " + s.Name}
		r.add("archive", s.Archive)
		r.add("components", s.Components)
		r.add("date", s.Date.Format("2006-01-02 15:04:05"))
		r.add("InRelease", s.SHA256)
		list = append(list, r)
	}
	return list
}
