package shell

import (
	"maps"
	"slices"
	"strings"
)

func (s *shell) isAlias(name string) bool {
	_, ok := s.alias[name]
	return ok
}

// aliasBuiltin keeps aliases, which are never expanded: the parser would have
// to do it.
func (s *shell) aliasBuiltin(c *call) (int, error) {
	if len(c.args) == 1 {
		for _, name := range slices.Sorted(maps.Keys(s.alias)) {
			s.printf("%s=%s\n", name, quote(s.alias[name]))
		}
	}
	status := 0
	for _, arg := range c.args[1:] {
		name, value, assigns := strings.Cut(arg, "=")
		switch {
		case assigns && name != "":
			s.alias[name] = value
		case s.isAlias(name):
			s.printf("%s=%s\n", name, quote(s.alias[name]))
		default:
			s.warn("alias: %s not found", name)
			status = 1
		}
	}
	return status, nil
}

func (s *shell) unalias(c *call) (int, error) {
	status := 0
	for _, name := range c.args[1:] {
		switch {
		case name == "-a":
			clear(s.alias)
		case s.isAlias(name):
			delete(s.alias, name)
		default:
			s.warn("unalias: %s not found", name)
			status = 1
		}
	}
	return status, nil
}
