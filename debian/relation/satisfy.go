package relation

import (
	"fmt"

	"coen/debian/version"
)

// A Provide is one entry of a Provides field.
type Provide struct {
	Name string
	// Version is zero if the entry has none; such an entry satisfies only
	// relations that do not ask for a version.
	Version version.Version
}

// ParseProvides reads a Provides field. It has no alternatives, and no other
// operator than "=".
func ParseProvides(s string) ([]Provide, error) {
	list, err := Parse(s)
	if err != nil {
		return nil, err
	}
	provides := make([]Provide, 0, len(list))
	for _, g := range list {
		r := g[0]
		if len(g) != 1 || r.Op != Any && r.Op != Equal || len(r.Only) > 0 {
			return nil, fmt.Errorf("provides %q: not a name with at most an exact version", g)
		}
		provides = append(provides, Provide{r.Name, r.Version})
	}
	return provides, nil
}

// A Package is what relations are held against.
type Package struct {
	Name    string
	Version version.Version
	// Arch is the package's architecture, or "all".
	Arch string
	// MultiArch is "", "same", "foreign" or "allowed".
	MultiArch string
	Provides  []Provide
}

// Satisfies reports whether p satisfies r, by itself or by what it provides,
// for a package of architecture arch on a system of architecture native.
func (p *Package) Satisfies(r Relation, arch, native string) bool {
	return p.SatisfiesReally(r, arch, native) || p.Virtually(r, arch, native) >= 0
}

// SatisfiesReally reports whether p satisfies r under its own name.
func (p *Package) SatisfiesReally(r Relation, arch, native string) bool {
	return p.Name == r.Name && r.Op.Holds(p.Version, r.Version) && p.archSatisfies(r, arch, native)
}

// Virtually returns the index of the first entry of p's Provides that satisfies
// r, or -1.
func (p *Package) Virtually(r Relation, arch, native string) int {
	for i, v := range p.Provides {
		if v.Name != r.Name || r.Op != Any && (v.Version.IsZero() || !r.Op.Holds(v.Version, r.Version)) {
			continue
		}
		if p.archSatisfies(r, arch, native) {
			return i
		}
	}
	return -1
}

// archSatisfies follows dpkg: an unqualified dependency wants the dependent's
// own architecture unless the package is Multi-Arch: foreign; ":any" wants a
// package that allows it; anything else must be the very architecture.
// "all" counts as native on both sides.
func (p *Package) archSatisfies(r Relation, arch, native string) bool {
	have, want := p.Arch, r.Arch
	if have == "all" {
		have = native
	}
	switch want {
	case "":
		if p.MultiArch == "foreign" {
			return true
		}
		want = arch
		if want == "all" {
			want = native
		}
	case "any":
		return p.MultiArch == "allowed"
	case "native":
		want = native
	}
	return have == want
}
