package consensus

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"

	"coen/attest/key"

	"go.yaml.in/yaml/v4"
)

// MaxPolicy is the largest size in bytes of a policy file.
const MaxPolicy = 1 << 20

// A Policy says who must agree before a release is used.
type Policy struct {
	Require  Require   `yaml:"require"`
	Tolerate int       `yaml:"tolerate"` // how many builders may dissent; none if absent
	Veto     []string  `yaml:"veto"`     // builders none of whom may dissent
	Builders []Builder `yaml:"builders"`
}

// Require is what agreement takes.
type Require struct {
	Builders int `yaml:"builders"` // how many of them, at least 1
	Groups   int `yaml:"groups"`   // from how many groups; 1 if absent
}

// A Builder is somebody who builds, by name, group and keys.
type Builder struct {
	Name  string   `yaml:"name"`
	Group string   `yaml:"group"` // of those who might err together; the builder's own name if absent
	Keys  []string `yaml:"keys"`  // as [key.ParsePublic] reads them

	keys []key.Public
}

// Public returns the builder's keys.
func (b *Builder) Public() []key.Public { return b.keys }

// ParsePolicy reads a policy. name is the file's, for errors.
func ParsePolicy(name string, data []byte) (*Policy, error) {
	p, err := decode(data)
	if err == nil {
		err = p.check()
	}
	if err != nil {
		return nil, fmt.Errorf("policy %s: %w", name, err)
	}
	return p, nil
}

func decode(data []byte) (*Policy, error) {
	if len(data) > MaxPolicy {
		return nil, fmt.Errorf("larger than %d bytes", MaxPolicy)
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	var p Policy
	if err := dec.Decode(&p); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, errors.New("empty")
		}
		return nil, err
	}
	if err := dec.Decode(new(any)); !errors.Is(err, io.EOF) {
		return nil, errors.New("more than one document")
	}
	return &p, nil
}

// word is what builders and groups are called.
var word = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9 ._@-]{0,62}$`)

// check reads the keys, fills in what is absent, and refuses a policy that
// nobody could mean.
func (p *Policy) check() error {
	if p.Require.Groups == 0 {
		p.Require.Groups = 1
	}
	groups := map[string]bool{}
	for i := range p.Builders {
		if err := p.builder(i); err != nil {
			return err
		}
		groups[p.Builders[i].Group] = true
	}
	if err := p.distinct(); err != nil {
		return err
	}
	for _, v := range p.Veto {
		if !slices.ContainsFunc(p.Builders, func(b Builder) bool { return b.Name == v }) {
			return fmt.Errorf("veto: %q is no builder", v)
		}
	}
	switch {
	case p.Require.Builders < 1 || p.Require.Builders > len(p.Builders):
		return fmt.Errorf("require: %d of %d builders", p.Require.Builders, len(p.Builders))
	case p.Require.Groups < 1 || p.Require.Groups > len(groups):
		return fmt.Errorf("require: %d of %d groups", p.Require.Groups, len(groups))
	case p.Tolerate < 0 || p.Tolerate >= p.Require.Builders:
		return fmt.Errorf("tolerate: %d, when %d are enough to agree", p.Tolerate, p.Require.Builders)
	}
	return nil
}

// builder reads builder i and compares its name with those before.
func (p *Policy) builder(i int) error {
	b := &p.Builders[i]
	if !word.MatchString(b.Name) {
		return fmt.Errorf("bad name of a builder: %.80q", b.Name)
	}
	if b.Group == "" {
		b.Group = b.Name
	}
	if !word.MatchString(b.Group) {
		return fmt.Errorf("builder %s: bad group %.80q", b.Name, b.Group)
	}
	if len(b.Keys) == 0 {
		return fmt.Errorf("builder %s: no keys", b.Name)
	}
	for _, text := range b.Keys {
		k, err := key.ParsePublic(text)
		if err != nil {
			return fmt.Errorf("builder %s: %w", b.Name, err)
		}
		b.keys = append(b.keys, k)
	}
	for _, other := range p.Builders[:i] {
		if other.Name == b.Name {
			return fmt.Errorf("builder %s occurs twice", b.Name)
		}
	}
	return nil
}

// distinct asks that no key occurs twice, and that no two keys answer to one ID:
// the numbers of minisign keys are what their makers say.
func (p *Policy) distinct() error {
	seen := map[string]bool{}
	for _, b := range p.Builders {
		for _, k := range b.keys {
			id, print := k.ID(), k.Fingerprint()
			if seen[id] || seen[print] {
				return fmt.Errorf("builder %s: the key %s occurs twice", b.Name, id)
			}
			seen[id], seen[print] = true, true
		}
	}
	return nil
}

// owner returns the builder with that key, and the key.
func (p *Policy) owner(id string) (*Builder, key.Public) {
	for i := range p.Builders {
		for _, k := range p.Builders[i].keys {
			if k.ID() == id {
				return &p.Builders[i], k
			}
		}
	}
	return nil, key.Public{}
}
