package relation

import (
	"strings"

	"coen/debian/version"
)

// An Op says how a package's version must compare with that of a relation.
type Op string

// The operators of Debian Policy 7.1. Any stands for no restriction.
const (
	Any            Op = ""
	Earlier        Op = "<<"
	EarlierOrEqual Op = "<="
	Equal          Op = "="
	LaterOrEqual   Op = ">="
	Later          Op = ">>"
)

// Holds reports whether the version have stands in relation op to want.
func (op Op) Holds(have, want version.Version) bool {
	c := version.Compare(have, want)
	switch op {
	case Any:
		return true
	case Earlier:
		return c < 0
	case EarlierOrEqual:
		return c <= 0
	case Equal:
		return c == 0
	case LaterOrEqual:
		return c >= 0
	case Later:
		return c > 0
	}
	return false
}

// A Relation names a package, real or virtual, and restricts it.
type Relation struct {
	// Name of the package.
	Name string
	// Arch is the architecture qualifier: "", "any", "native" or the name of an
	// architecture.
	Arch string
	// Op and Version restrict the version.
	Op      Op
	Version version.Version
	// Only lists the architectures the relation is for, or, each with a leading
	// "!", those it is not for. Empty means all.
	Only []string
}

// A Group is a list of alternatives, most wanted first.
type Group []Relation

// A List is a list of groups, each of which must be satisfied (or, in Conflicts
// and Breaks, must not be).
type List []Group

// String returns the relation in canonical form.
func (r Relation) String() string {
	s := r.Name
	if r.Arch != "" {
		s += ":" + r.Arch
	}
	if r.Op != Any {
		s += " (" + string(r.Op) + " " + r.Version.String() + ")"
	}
	if len(r.Only) > 0 {
		s += " [" + strings.Join(r.Only, " ") + "]"
	}
	return s
}

// String returns the alternatives, separated by " | ".
func (g Group) String() string { return join(g, " | ") }

// String returns the groups, separated by ", ".
func (l List) String() string { return join(l, ", ") }

func join[T interface{ String() string }](items []T, sep string) string {
	words := make([]string, len(items))
	for i, item := range items {
		words[i] = item.String()
	}
	return strings.Join(words, sep)
}

// For returns the list as it applies to an architecture such as "amd64":
// relations restricted to others are left out, and restrictions are dropped.
func (l List) For(arch string) List {
	var out List
	for _, g := range l {
		var kept Group
		for _, r := range g {
			if r.appliesTo(arch) {
				r.Only = nil
				kept = append(kept, r)
			}
		}
		if len(kept) > 0 {
			out = append(out, kept)
		}
	}
	return out
}

func (r Relation) appliesTo(arch string) bool {
	if len(r.Only) == 0 {
		return true
	}
	for _, a := range r.Only {
		if name, negated := strings.CutPrefix(a, "!"); matchArch(name, arch) {
			return !negated
		}
	}
	return strings.HasPrefix(r.Only[0], "!")
}

// matchArch matches an architecture, or a wildcard of Debian Policy 11.1.1,
// with a Linux architecture.
func matchArch(pattern, arch string) bool {
	switch {
	case pattern == arch, pattern == "any", pattern == "linux-any":
		return true
	case strings.HasPrefix(pattern, "any-"):
		return pattern[len("any-"):] == arch
	}
	return false
}
