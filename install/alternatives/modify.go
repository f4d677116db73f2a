package alternatives

import (
	"path"

	"coen/tree"
)

// modify carries out an action that may change links.
func (r *run) modify(g *group) error {
	known := g != nil
	if !known {
		g = r.offer
	}
	current := r.target(path.Join(r.altdir, r.name))
	if known {
		r.selectMode(g, current)
	}
	var next string
	switch r.action {
	case "install":
		if known {
			if err := r.evolve(g, current); err != nil {
				return err
			}
			g.add(r.offer.choices[0])
		}
		if g.status == auto {
			next = g.best(current).path
		}
	case "set":
		if g.choice(r.path) == nil {
			return givef("alternative %s for %s not registered; not setting", r.path, g.name)
		}
		g.setStatus(manual)
		next = r.path
	case "auto":
		g.setStatus(auto)
		if c := g.best(current); c != nil {
			next = c.path
		} else {
			r.info("there is no program which provides %s", g.name)
		}
	case "remove":
		next = r.remove(g, current)
	case "remove-all":
		g.choices, g.modified = nil, true
	}
	return r.update(g, current, next)
}

// selectMode notices that links were changed behind the program's back.
func (r *run) selectMode(g *group, current string) {
	switch {
	case current == "":
		g.setStatus(auto)
	case g.choice(current) != nil:
	case r.missing(current):
		r.warn("%s/%s is dangling; it will be updated with best choice", r.altdir, g.name)
		g.setStatus(auto)
	case g.status != manual:
		r.warn("%s/%s has been changed (manually or by a script); switching to manual updates only", r.altdir, g.name)
		g.setStatus(manual)
	}
}

func (r *run) remove(g *group, current string) string {
	for i := range g.choices {
		if g.choices[i].path == r.path {
			g.choices = append(g.choices[:i:i], g.choices[i+1:]...)
			g.modified = true
			break
		}
	}
	if current != r.path || current == "" {
		return ""
	}
	if g.status == manual {
		r.info("removing manually selected alternative - switching %s to auto mode", g.name)
		g.setStatus(auto)
	}
	if c := g.best(""); c != nil {
		return c.path
	}
	return ""
}

// evolve moves a known group to the links of the offer.
func (r *run) evolve(g *group, current string) error {
	if r.isLink(g.link) && g.link != r.offer.link {
		r.info("renaming %s link from %s to %s", g.name, g.link, r.offer.link)
		if err := r.p.Tree.Rename(g.link, r.offer.link); err != nil {
			return err
		}
	}
	if g.link != r.offer.link {
		g.link, g.modified = r.offer.link, true
	}
	for _, s := range r.offer.slaves {
		old := g.slave(s.name)
		if old == nil {
			s.updated = true
		} else if old.link != s.link && r.isLink(old.link) {
			s.updated = true
			if err := r.moveSlave(old, s, current); err != nil {
				return err
			}
		}
		g.addSlave(s)
	}
	return nil
}

func (r *run) moveSlave(old *slave, s slave, current string) error {
	c := r.offer.choices[0]
	file := c.slaves[s.name]
	if current != c.path {
		file = r.target(path.Join(r.altdir, s.name))
	}
	if file == "" || r.missing(file) {
		return r.p.Tree.Remove(old.link)
	}
	r.info("renaming %s slave link from %s to %s", s.name, old.link, s.link)
	return r.p.Tree.Rename(old.link, s.link)
}

// target reads a symbolic link, "" if there is none.
func (r *run) target(link string) string {
	if n, err := r.p.Tree.Lstat(link); err == nil && n.Kind == tree.Symlink {
		return n.Target
	}
	return ""
}

func (r *run) isLink(name string) bool {
	n, err := r.p.Tree.Lstat(name)
	return err == nil && n.Kind == tree.Symlink
}

// isOther says whether something that is not a symbolic link is at name.
func (r *run) isOther(name string) bool {
	n, err := r.p.Tree.Lstat(name)
	return err == nil && n.Kind != tree.Symlink
}

func (r *run) absent(name string) bool {
	_, err := r.p.Tree.Lstat(name)
	return err != nil
}
