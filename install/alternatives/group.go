package alternatives

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// The status words of the database.
const (
	auto   = "auto"
	manual = "manual"
)

// A group is one link group.
type group struct {
	name, link string
	status     string
	slaves     []slave
	choices    []choice
	modified   bool
}

// A slave is a link that follows the group's.
type slave struct {
	name, link string
	updated    bool // by the --install that runs
}

// A choice is one way to realise a group. slaves gives, by slave name, the file
// a slave link leads to.
type choice struct {
	path     string
	priority int
	slaves   map[string]string
}

var errFormat = errors.New("unexpected end of file")

// parse reads the database file of the group called name. Choices whose file
// missing says is gone are left out, which counts as a modification.
func parse(name string, data []byte, missing func(path string) bool) (*group, error) {
	lines := strings.Split(strings.TrimSuffix(string(data), "\n"), "\n")
	next := func() (string, error) {
		if len(lines) == 0 {
			return "", errFormat
		}
		line := lines[0]
		lines = lines[1:]
		return line, nil
	}
	g := &group{name: name}
	var err error
	if g.status, err = next(); err != nil || g.status != auto && g.status != manual {
		return nil, fmt.Errorf("invalid status %q", g.status)
	}
	if g.link, err = next(); err != nil {
		return nil, err
	}
	if err := g.parseSlaves(next); err != nil {
		return nil, err
	}
	for {
		path, err := next()
		if err != nil || path == "" {
			return g, err
		}
		c, err := g.parseChoice(path, next)
		if err != nil {
			return nil, err
		}
		if missing(path) {
			g.modified = true
			continue
		}
		g.choices = append(g.choices, c)
	}
}

func (g *group) parseSlaves(next func() (string, error)) error {
	for {
		name, err := next()
		if err != nil || name == "" {
			return err
		}
		link, err := next()
		if err != nil {
			return err
		}
		if g.slave(name) != nil || link == g.link {
			return fmt.Errorf("duplicate slave %q", name)
		}
		g.slaves = append(g.slaves, slave{name: name, link: link})
	}
}

func (g *group) parseChoice(path string, next func() (string, error)) (choice, error) {
	c := choice{path: path, slaves: map[string]string{}}
	if g.choice(path) != nil {
		return c, fmt.Errorf("duplicate path %q", path)
	}
	word, err := next()
	if err != nil {
		return c, err
	}
	if c.priority, err = strconv.Atoi(word); err != nil {
		return c, fmt.Errorf("priority of %q: %q", path, word)
	}
	for _, s := range g.slaves {
		file, err := next()
		if err != nil {
			return c, err
		}
		c.slaves[s.name] = file
	}
	return c, nil
}

// format writes the group as parse reads it, without slaves that no choice
// has.
func (g *group) format() []byte {
	g.slaves = slices.DeleteFunc(g.slaves, func(s slave) bool {
		return !slices.ContainsFunc(g.choices, func(c choice) bool { return c.slaves[s.name] != "" })
	})
	slices.SortFunc(g.slaves, func(a, b slave) int { return cmp.Compare(a.name, b.name) })
	slices.SortFunc(g.choices, func(a, b choice) int { return cmp.Compare(a.path, b.path) })
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n%s\n", g.status, g.link)
	for _, s := range g.slaves {
		fmt.Fprintf(&b, "%s\n%s\n", s.name, s.link)
	}
	b.WriteByte('\n')
	for _, c := range g.choices {
		fmt.Fprintf(&b, "%s\n%d\n", c.path, c.priority)
		for _, s := range g.slaves {
			b.WriteString(c.slaves[s.name] + "\n")
		}
	}
	b.WriteByte('\n')
	return []byte(b.String())
}

func (g *group) slave(name string) *slave {
	for i := range g.slaves {
		if g.slaves[i].name == name {
			return &g.slaves[i]
		}
	}
	return nil
}

func (g *group) choice(path string) *choice {
	for i := range g.choices {
		if g.choices[i].path == path {
			return &g.choices[i]
		}
	}
	return nil
}

// best is the choice of highest priority; among equals the current one, then
// the first. It is nil if there is none.
func (g *group) best(current string) *choice {
	best := g.choice(current)
	for i := range g.choices {
		if best == nil || g.choices[i].priority > best.priority {
			best = &g.choices[i]
		}
	}
	return best
}

func (g *group) setStatus(status string) {
	if g.status != status {
		g.status, g.modified = status, true
	}
}

// add registers a choice, replacing one of the same path.
func (g *group) add(c choice) {
	old := g.choice(c.path)
	if old == nil {
		g.choices = append(g.choices, c)
		g.modified = true
		return
	}
	if !sameChoice(*old, c, g.slaves) {
		*old, g.modified = c, true
	}
}

func sameChoice(a, b choice, slaves []slave) bool {
	for _, s := range slaves {
		if a.slaves[s.name] != b.slaves[s.name] {
			return false
		}
	}
	return a.priority == b.priority
}

// addSlave registers a slave link, or gives a known one a new place.
func (g *group) addSlave(s slave) {
	old := g.slave(s.name)
	if old == nil {
		g.slaves = append(g.slaves, s)
		g.modified = true
		return
	}
	if old.link != s.link {
		old.link, g.modified = s.link, true
	}
	old.updated = s.updated
}
