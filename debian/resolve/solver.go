package resolve

import (
	"fmt"

	"coen/debian/relation"
)

// A solver is the state of one resolution: what is selected so far, and how to
// take it back.
type solver struct {
	pool     *Pool
	selected map[string]*Selected
	trail    []*Candidate             // selected, in order
	against  map[string][]prohibition // by the name they are about
	parsed   map[*Candidate]*dependencies
	steps    int
}

// A prohibition is a relation in Conflicts or Breaks of a selected package.
type prohibition struct {
	of       *Candidate
	relation relation.Relation
	field    string
}

// A group is a dependency and the field it stands in.
type group struct {
	relation.Group
	field string
}

func (g group) String() string { return g.field + ": " + g.Group.String() }

type dependencies struct {
	positive []group
	negative []prohibition
}

func newSolver(p *Pool) *solver {
	return &solver{
		pool: p, selected: make(map[string]*Selected),
		against: make(map[string][]prohibition), parsed: make(map[*Candidate]*dependencies),
	}
}

// install takes a package and all it needs, or nothing.
func (s *solver) install(c *Candidate, reason string) error {
	if s.selected[c.Name] != nil {
		return nil
	}
	before := len(s.trail)
	err := s.take(c, reason)
	if err == nil {
		err = s.satisfy(c)
	}
	if err != nil {
		s.untake(before)
	}
	return err
}

// take selects a package without what it needs.
func (s *solver) take(c *Candidate, reason string) error {
	if s.steps++; s.steps > maxSteps {
		return errSteps
	}
	d, err := s.dependencies(c)
	if err != nil {
		return err
	}
	if err := s.conflict(c); err != nil {
		return err
	}
	s.selected[c.Name] = &Selected{c, reason}
	s.trail = append(s.trail, c)
	for _, n := range d.negative {
		s.against[n.relation.Name] = append(s.against[n.relation.Name], n)
	}
	return nil
}

// untake takes back all but the first n selections.
func (s *solver) untake(n int) {
	for i := len(s.trail) - 1; i >= n; i-- {
		c := s.trail[i]
		delete(s.selected, c.Name)
		negative := s.parsed[c].negative
		for j := len(negative) - 1; j >= 0; j-- {
			name := negative[j].relation.Name
			s.against[name] = s.against[name][:len(s.against[name])-1]
		}
	}
	s.trail = s.trail[:n]
}

// satisfy selects what a selected package needs.
func (s *solver) satisfy(c *Candidate) error {
	d, err := s.dependencies(c)
	if err != nil {
		return err
	}
	for _, g := range d.positive {
		if s.satisfied(g, c.Arch) {
			continue
		}
		if err := s.choose(g, c); err != nil {
			return err
		}
	}
	return nil
}

// choose installs the first solution of a group that can be installed.
func (s *solver) choose(g group, c *Candidate) error {
	reason := c.Name + " " + g.String()
	var first error
	for _, r := range g.Group {
		solutions := s.pool.solutions(r, c.Arch)
		for _, solution := range solutions {
			reason := reason
			if len(solutions) > 1 && solution.Name != r.Name {
				reason += fmt.Sprintf(" (%d provide %s)", len(solutions), r.Name)
			}
			err := s.install(solution, reason)
			if err == nil || err == errSteps {
				return err
			}
			if first == nil {
				first = err
			}
		}
	}
	if first != nil {
		return fmt.Errorf("%s: %w", reason, first)
	}
	return fmt.Errorf("%s: in none of the suites", reason)
}

// satisfied reports whether a selected package satisfies a group.
func (s *solver) satisfied(g group, arch string) bool {
	for _, r := range g.Group {
		for _, c := range s.pool.solutions(r, arch) {
			if s.selected[c.Name] != nil {
				return true
			}
		}
	}
	return false
}

// conflict returns an error if a package and a selected one exclude each other.
func (s *solver) conflict(c *Candidate) error {
	d, err := s.dependencies(c)
	if err != nil {
		return err
	}
	for _, n := range d.negative {
		for _, other := range s.pool.solutions(n.relation, c.Arch) {
			if s.selected[other.Name] != nil && other != c {
				return fmt.Errorf("%s %s: %s, and %s is to be installed", c.Name, n.field, n.relation, other.Name)
			}
		}
	}
	names := []string{c.Name}
	for _, v := range c.Provides {
		names = append(names, v.Name)
	}
	for _, name := range names {
		for _, n := range s.against[name] {
			if n.of != c && c.Satisfies(n.relation, n.of.Arch, s.pool.arch) {
				return fmt.Errorf("%s cannot be installed, since %s %s: %s", c.Name, n.of.Name, n.field, n.relation)
			}
		}
	}
	return nil
}

// dependencies reads the relationship fields of a package.
func (s *solver) dependencies(c *Candidate) (*dependencies, error) {
	if d := s.parsed[c]; d != nil {
		return d, nil
	}
	d := &dependencies{}
	for _, f := range []struct {
		name, text string
		negative   bool
	}{
		{"Pre-Depends", c.PreDepends, false}, {"Depends", c.Depends, false},
		{"Conflicts", c.Conflicts, true}, {"Breaks", c.Breaks, true},
	} {
		list, err := relation.Parse(f.text)
		if err != nil {
			return nil, fmt.Errorf("%s %s: %w", c.Name, f.name, err)
		}
		for _, g := range list.For(s.pool.arch) {
			if !f.negative {
				d.positive = append(d.positive, group{g, f.name})
				continue
			}
			for _, r := range g {
				if r.Arch == "any" { // here it says what no qualifier says
					r.Arch = ""
				}
				d.negative = append(d.negative, prohibition{c, r, f.name})
			}
		}
	}
	s.parsed[c] = d
	return d, nil
}
