package alternatives

import (
	"path"

	"coen/tree"
)

// update brings links and database to what the group now says.
func (r *run) update(g *group, current, next string) error {
	if len(g.choices) == 0 {
		return r.removeFiles(g)
	}
	reason := r.needsUpdate(g, current)
	switch {
	case next != "" && next != current:
		r.info("using %s to provide %s (%s) in %s mode", next, g.link, g.name, g.status)
		if err := r.install(g, next); err != nil {
			return err
		}
	case reason != fine:
		if reason == slavesChanged {
			r.info("updating alternative %s because link group %s has changed slave links", current, g.name)
		} else {
			r.warn("forcing reinstallation of alternative %s because link group %s is broken", current, g.name)
		}
		if current != "" && g.choice(current) == nil {
			best := g.best("").path
			r.warn("current alternative %s is unknown, switching to %s for link group %s", current, best, g.name)
			current = best
			g.setStatus(auto)
		}
		if current != "" {
			if err := r.install(g, current); err != nil {
				return err
			}
		}
	}
	if !g.modified {
		return nil
	}
	if err := r.p.Tree.MkdirAll(r.admin, 0o755); err != nil {
		return err
	}
	file := path.Join(r.admin, g.name)
	if err := r.p.Tree.RemoveAll(file); err != nil {
		return err
	}
	return r.p.Tree.WriteFile(file, g.format(), 0o644)
}

// What needsUpdate can find.
type state int

const (
	fine state = iota
	slavesChanged
	broken
)

func (r *run) needsUpdate(g *group, current string) state {
	if r.target(g.link) != path.Join(r.altdir, g.name) || current == "" {
		return broken
	}
	c := g.choice(current)
	if c == nil {
		return fine
	}
	found := fine
	for _, s := range g.slaves {
		if !r.brokenSlave(s, c) {
			continue
		}
		if !s.updated {
			return broken
		}
		found = slavesChanged
	}
	return found
}

func (r *run) brokenSlave(s slave, c *choice) bool {
	through := path.Join(r.altdir, s.name)
	if !r.canInstall(c, s.name) {
		return !r.absent(s.link) || !r.absent(through)
	}
	return r.target(s.link) != through || r.target(through) != c.slaves[s.name]
}

func (r *run) canInstall(c *choice, name string) bool {
	return c.slaves[name] != "" && !r.missing(c.slaves[name])
}

// install links the choice with the given path, and its slaves.
func (r *run) install(g *group, file string) error {
	c := g.choice(file)
	if c == nil {
		return givef("cannot install unknown choice %s", file)
	}
	if err := r.p.Tree.MkdirAll(r.altdir, 0o755); err != nil {
		return err
	}
	links := []string{g.link}
	for _, s := range g.slaves {
		if r.canInstall(c, s.name) {
			links = append(links, s.link)
		}
	}
	for _, link := range links {
		if r.missing(path.Dir(link)) {
			return givef("error creating symbolic link '%s.dpkg-tmp': %v", link, tree.ErrNotExist)
		}
	}
	if err := r.installOne(g.name, g.link, file); err != nil {
		return err
	}
	for _, s := range g.slaves {
		if r.canInstall(c, s.name) {
			if err := r.installOne(s.name, s.link, c.slaves[s.name]); err != nil {
				return err
			}
			continue
		}
		if c.slaves[s.name] != "" {
			r.warn("skip creation of %s because associated file %s (of link group %s) does not exist",
				s.link, c.slaves[s.name], g.name)
		}
		if err := r.dropSlave(s); err != nil {
			return err
		}
	}
	return nil
}

func (r *run) dropSlave(s slave) error {
	if r.isOther(s.link) && !r.force {
		r.warn("not removing %s since it is not a symbolic link", s.link)
	} else if err := r.p.Tree.RemoveAll(s.link); err != nil {
		return err
	}
	return r.p.Tree.RemoveAll(path.Join(r.altdir, s.name))
}

// installOne makes link -> /etc/alternatives/name -> file.
func (r *run) installOne(name, link, file string) error {
	through := path.Join(r.altdir, name)
	if err := r.symlink(file, through); err != nil {
		return err
	}
	if r.isOther(link) && !r.force {
		r.warn("not replacing %s with a link", link)
		return nil
	}
	if r.target(link) == through && !r.force {
		return nil
	}
	return r.symlink(through, link)
}

// symlink puts a link in place as a rename would. A link that was not there
// takes the time of its target.
func (r *run) symlink(target, link string) error {
	isNew := r.absent(link)
	if !isNew {
		if err := r.p.Tree.Remove(link); err != nil {
			return err
		}
	}
	if err := r.p.Tree.Symlink(target, link); err != nil {
		return err
	}
	if n, err := r.p.Tree.Lstat(target); err == nil && isNew {
		return r.p.Tree.SetTime(link, n.ModTime)
	}
	return nil
}

// removeFiles takes a group without choices away altogether.
func (r *run) removeFiles(g *group) error {
	gone := []string{path.Join(r.altdir, g.name), path.Join(r.admin, g.name)}
	links := []string{g.link}
	for _, s := range g.slaves {
		gone = append(gone, path.Join(r.altdir, s.name))
		links = append(links, s.link)
	}
	for _, link := range links {
		if !r.isOther(link) || r.force {
			gone = append(gone, link)
		}
	}
	for _, name := range gone {
		if err := r.p.Tree.RemoveAll(name); err != nil {
			return err
		}
	}
	return nil
}
