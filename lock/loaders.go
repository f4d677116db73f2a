package lock

import (
	"slices"
	"strings"

	"coen/debian/resolve"
)

// addLoaders adds the packages that are only searched for boot loaders. One that
// is installed anyway stays as it is.
func (r *Request) addLoaders(l *Lock, pool *resolve.Pool) error {
	for _, name := range r.Loaders {
		if slices.ContainsFunc(l.Packages, func(p Package) bool { return p.Name == name }) {
			continue
		}
		c, err := pool.Find(name)
		if err != nil {
			return r.explain(err)
		}
		l.Packages = append(l.Packages, r.locked(resolve.Selected{Candidate: c, Reason: Loader}))
	}
	slices.SortFunc(l.Packages, func(a, b Package) int { return strings.Compare(a.Name, b.Name) })
	return nil
}

// locked makes a line of the lock.
func (r *Request) locked(s resolve.Selected) Package {
	return Package{
		Name: s.Name, Version: s.Version.String(), Arch: s.Arch, Suite: r.Suites[s.Suite].Name,
		File: s.File, Path: s.Path, Reason: s.Reason,
	}
}
