package alternatives

import (
	"fmt"
	"path"
)

func (r *run) say(format string, args ...any) { fmt.Fprintf(r.p.Stdout(), format+"\n", args...) }

func (r *run) current(g *group) string { return r.target(path.Join(r.altdir, g.name)) }

func (r *run) list(g *group) error {
	for _, c := range g.choices {
		r.say("%s", c.path)
	}
	return nil
}

// query prints a group as deb822 paragraphs.
func (r *run) query(g *group) error {
	current := r.current(g)
	r.say("Name: %s\nLink: %s", g.name, g.link)
	if len(g.slaves) > 0 {
		r.say("Slaves:")
	}
	for _, s := range g.slaves {
		r.say(" %s %s", s.name, s.link)
	}
	r.say("Status: %s", g.status)
	if c := g.best(current); c != nil {
		r.say("Best: %s", c.path)
	}
	if current == "" {
		current = "none"
	}
	r.say("Value: %s", current)
	for _, c := range g.choices {
		r.say("\nAlternative: %s\nPriority: %d", c.path, c.priority)
		if len(g.slaves) > 0 {
			r.say("Slaves:")
		}
		for _, s := range g.slaves {
			if file := c.slaves[s.name]; file != "" {
				r.say(" %s %s", s.name, file)
			}
		}
	}
	return nil
}

// display prints a group for people.
func (r *run) display(g *group) error {
	current := r.current(g)
	r.say("%s - %s mode", g.name, g.status)
	if c := g.best(current); c != nil {
		r.say("  link best version is %s", c.path)
	} else {
		r.say("  link best version not available")
	}
	if current != "" {
		r.say("  link currently points to %s", current)
	} else {
		r.say("  link currently absent")
	}
	r.say("  link %s is %s", g.name, g.link)
	for _, s := range g.slaves {
		r.say("  slave %s is %s", s.name, s.link)
	}
	for _, c := range g.choices {
		r.say("%s - priority %d", c.path, c.priority)
		for _, s := range g.slaves {
			if file := c.slaves[s.name]; file != "" {
				r.say("  slave %s: %s", s.name, file)
			}
		}
	}
	return nil
}

func (r *run) selections() error {
	for _, name := range r.names() {
		g, err := r.load(name)
		if err != nil {
			return err
		}
		if g != nil {
			r.say("%-30s %-8s %s", g.name, g.status, r.current(g))
		}
	}
	return nil
}
