package dpkg

import (
	"slices"

	"coen/debian/relation"
)

// A link of a chain of dependencies: a package and the alternative of one of
// its dependencies that leads on.
type link struct {
	pkg  *Package
	need *need
	alt  int
}

// breakCycle looks for a dependency cycle that p's dependencies lead into and
// breaks it at one link: preferably a dependency of a package without postinst,
// to which it does not matter, else at the cycle's first link. It reports
// whether there was one.
func (s *session) breakCycle(p *Package) bool {
	return s.search(p, nil, map[*Package]bool{})
}

// search goes down from p. done holds the packages from which no cycle can be
// reached.
func (s *session) search(p *Package, chain []link, done map[*Package]bool) bool {
	if done[p] {
		return false
	}
	for _, n := range p.needs {
		for alt, r := range n.group {
			if n.broken[alt] {
				continue
			}
			here := append(chain[:len(chain):len(chain)], link{p, n, alt})
			r.Op = relation.Any // a wrong version is no less in the way
			for _, q := range s.db.Satisfying(p, r) {
				// A provider that this session does not configure has no part
				// in what keeps packages waiting.
				if q.Name != r.Name && !s.chosen[q] {
					continue
				}
				if s.follow(q, here, done) {
					return true
				}
			}
		}
	}
	done[p] = true
	return false
}

// follow goes on to q, or breaks the cycle if q is in the chain already.
func (s *session) follow(q *Package, chain []link, done map[*Package]bool) bool {
	last := len(chain) - 1
	first := slices.IndexFunc(chain[:last], func(l link) bool { return l.pkg == q })
	if first < 0 {
		return s.search(q, chain, done)
	}
	cut := chain[first]
	for i := last; i > first; i-- {
		if !chain[i].pkg.has("postinst") {
			cut = chain[i]
			break
		}
	}
	cut.need.broken[cut.alt] = true
	return true
}
