package resolve

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// A Request asks for a package.
type Request struct {
	// Name of the package.
	Name string
	// Reason is handed on to the result, such as "essential".
	Reason string
}

// A Selected package is part of the result.
type Selected struct {
	*Candidate
	// Reason tells why the package is there: that of the request, or the
	// relation it was taken for, as "udev Depends: libudev1 (= 257.9-1)".
	Reason string
}

// A NoSuchPackageError says that a package that was asked for does not exist.
type NoSuchPackageError struct {
	Name      string
	Providers []string // of a virtual package with that name
}

func (e *NoSuchPackageError) Error() string {
	if len(e.Providers) > 0 {
		return fmt.Sprintf("package %q is virtual; ask for one that provides it: %s", e.Name, strings.Join(e.Providers, ", "))
	}
	return fmt.Sprintf("package %q is in none of the suites", e.Name)
}

// maxSteps bounds the work on sets that cannot be satisfied. A desktop takes
// less than a thousand.
const maxSteps = 1 << 17

var errSteps = errors.New("gave up: too many ways to satisfy the dependencies")

// Resolve chooses packages for the requests and returns them sorted by name.
func (p *Pool) Resolve(requests []Request) ([]Selected, error) {
	s := newSolver(p)
	for _, r := range requests {
		c := p.byName[r.Name]
		if c == nil {
			return nil, p.noSuchPackage(r.Name)
		}
		if s.selected[c.Name] != nil {
			continue // asked for twice
		}
		if err := s.take(c, r.Reason); err != nil {
			return nil, err
		}
	}
	for _, r := range requests {
		if err := s.satisfy(s.selected[r.Name].Candidate); err != nil {
			return nil, err
		}
	}
	return s.result()
}

// Find returns the package of that name that Resolve would choose, or a
// NoSuchPackageError.
func (p *Pool) Find(name string) (*Candidate, error) {
	if c := p.byName[name]; c != nil {
		return c, nil
	}
	return nil, p.noSuchPackage(name)
}

func (p *Pool) noSuchPackage(name string) error {
	e := &NoSuchPackageError{Name: name}
	for _, c := range p.providersOf(name) {
		e.Providers = append(e.Providers, c.Name)
	}
	return e
}

// result returns what was selected, once it is certain that it holds together.
func (s *solver) result() ([]Selected, error) {
	var all []Selected
	for _, selected := range s.selected {
		all = append(all, *selected)
	}
	slices.SortFunc(all, func(a, b Selected) int { return strings.Compare(a.Name, b.Name) })
	for _, c := range all {
		d, err := s.dependencies(c.Candidate)
		if err != nil {
			return nil, err
		}
		for _, g := range d.positive {
			if !s.satisfied(g, c.Arch) {
				return nil, fmt.Errorf("%s %s: not satisfied after all", c.Name, g)
			}
		}
		if err := s.conflict(c.Candidate); err != nil {
			return nil, err
		}
	}
	return all, nil
}
