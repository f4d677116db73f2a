package dpkg

import (
	"strings"

	"coen/debian/deb"
)

// An Exclusion is a path filter, as path-exclude and path-include in dpkg.cfg(5).
type Exclusion struct {
	// Pattern is matched against the absolute path as fnmatch(3) does: a star
	// matches slashes too.
	Pattern string
	// Include takes paths back in that an earlier exclusion left out.
	Include bool
	// Reason says why, for whoever reads the recipe or asks after the path.
	Reason string
}

// A Filter is a list of exclusions. The last one that matches a path decides.
type Filter []Exclusion

// Excludes reports whether the path of a package is left out, and by which
// exclusion. A directory or symbolic link stays if something below it may be
// taken back in, which errs on the side of keeping, as dpkg does.
func (f Filter) Excludes(name string, kind deb.Type) (Exclusion, bool) {
	last := len(f) - 1
	for last >= 0 && !match(f[last].Pattern, name) {
		last--
	}
	if last < 0 || f[last].Include {
		return Exclusion{}, false
	}
	if kind == deb.Directory || kind == deb.Symlink {
		for _, e := range f {
			if e.Include && strings.HasPrefix(name, literal(e.Pattern)) {
				return Exclusion{}, false
			}
		}
	}
	return f[last], true
}
