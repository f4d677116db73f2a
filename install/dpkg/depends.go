package dpkg

import (
	"fmt"
	"strings"

	"coen/debian/relation"
)

// A finding says how well a dependency is met.
type finding int

const (
	unmet   finding = iota
	waiting         // a package of this session will meet it
	met
)

// ready reports whether p's dependencies let it be configured now. It is an
// error if they never will, or if a package that is there breaks p.
func (s *session) ready(p *Package) (bool, error) {
	ready := true
	var blocker *Package
	onlyTriggers := true
	for _, n := range p.needs {
		found, trigger := s.find(p, n)
		switch found {
		case unmet:
			return false, fmt.Errorf("%s: depends on %q: %s", p, n.group, s.db.why(p, n.group))
		case waiting:
			ready = false
			if trigger != nil {
				blocker = trigger
			} else {
				onlyTriggers = false
			}
		}
	}
	if !ready && onlyTriggers && blocker != nil {
		s.blocker = blocker
	}
	if ready {
		return true, s.db.unbroken(p)
	}
	return false, nil
}

// find looks for the best way in which a dependency of p is met. If only
// trigger processing keeps it from being met, it returns whose.
func (s *session) find(p *Package, n *need) (best finding, trigger *Package) {
	for i, r := range n.group {
		if n.broken[i] {
			return met, nil
		}
		for _, q := range s.db.Satisfying(p, r) {
			found, t := s.standing(q)
			if found == waiting && q == p {
				found = met // it provides what it depends on itself
			}
			if found == met {
				return met, nil
			}
			if t != nil {
				trigger = t
			}
			best = max(best, found)
		}
	}
	return best, trigger
}

// standing says what a package in its state is worth to those who depend on it.
func (s *session) standing(q *Package) (finding, *Package) {
	switch q.state {
	case Installed, TriggersPending:
		return met, nil
	case TriggersAwaited:
		if s.triggers || s.chosen[q] {
			return waiting, q.awaited[0]
		}
	case Unpacked, HalfConfigured:
		if s.chosen[q] {
			return waiting, nil
		}
	}
	return unmet, nil
}

// Satisfying returns the packages, whatever their state, that satisfy a relation
// of p: first those of that name, then those that provide it.
func (db *Database) Satisfying(p *Package, r relation.Relation) []*Package {
	var list []*Package
	for _, q := range db.byName[r.Name] {
		if q.SatisfiesReally(r, p.Arch, db.arch) {
			list = append(list, q)
		}
	}
	for _, q := range db.providers[r.Name] {
		if q.Name != r.Name && q.Virtually(r, p.Arch, db.arch) >= 0 {
			list = append(list, q)
		}
	}
	return list
}

// unbroken checks that no installed package breaks p.
func (db *Database) unbroken(p *Package) error {
	for _, q := range db.packages {
		if q == p || q.state == NotInstalled {
			continue
		}
		if r := db.against(p, q, q.breaks); r != "" {
			return fmt.Errorf("%s: %s breaks it (%s)", p, q, r)
		}
	}
	return nil
}

// against returns the relation of q's list that applies to p, or "".
func (db *Database) against(p, q *Package, list relation.List) string {
	for _, g := range list {
		for _, r := range g {
			said := r.String()
			if r.Arch == "" || r.Arch == "any" {
				r.Arch = p.Arch // Breaks and Conflicts mean every architecture
			}
			if r.Arch == "all" {
				r.Arch = "native"
			}
			if p.Name == q.Name && p.Virtually(r, q.Arch, db.arch) < 0 {
				continue // its own name, for another architecture
			}
			if p.Satisfies(r, q.Arch, db.arch) {
				return said
			}
		}
	}
	return ""
}

// why says what is known of the packages a dependency names.
func (db *Database) why(p *Package, g relation.Group) string {
	var reasons []string
	for _, r := range g {
		for _, q := range db.byName[r.Name] {
			reasons = append(reasons, fmt.Sprintf("%s %s is %s", q.Label(), q.Version, q.state))
		}
		for _, q := range db.Satisfying(p, r) {
			if q.Name != r.Name {
				reasons = append(reasons, fmt.Sprintf("%s, which provides %s, is %s", q.Label(), r.Name, q.state))
			}
		}
	}
	if len(reasons) == 0 {
		return "no such package is installed"
	}
	return strings.Join(reasons, "; ")
}

// preDependencies checks p's Pre-Depends, which must be configured before p is
// unpacked.
func (db *Database) preDependencies(p *Package) error {
	s := &session{db: db}
	for _, n := range p.needs {
		if !n.pre {
			continue
		}
		if found, _ := s.find(p, n); found != met {
			return fmt.Errorf("%s: pre-depends on %q: %s", p, n.group, db.why(p, n.group))
		}
	}
	return nil
}

// conflictFree checks that p and the installed packages do not conflict.
func (db *Database) conflictFree(p *Package) error {
	for _, q := range db.packages {
		if q == p || q.state == NotInstalled {
			continue
		}
		if r := db.against(q, p, p.conflicts); r != "" {
			return fmt.Errorf("%s: conflicts with %s (%s)", p, q, r)
		}
		if r := db.against(p, q, q.conflicts); r != "" {
			return fmt.Errorf("%s: %s conflicts with it (%s)", p, q, r)
		}
	}
	return nil
}
