package alternatives

import (
	"path"
	"strings"
)

func checkName(name string) error {
	if name == "" || strings.ContainsAny(name, "/ \t\n") {
		return givef("alternative name (%s) must not contain '/' and spaces", name)
	}
	return nil
}

func checkLink(link string) error {
	if !strings.HasPrefix(link, "/") || strings.Contains(link, "\n") {
		return givef("alternative link is not absolute as it should be: %s", link)
	}
	return nil
}

func checkPath(file string) error {
	if !strings.HasPrefix(file, "/") || strings.Contains(file, "\n") {
		return givef("alternative path is not absolute as it should be: %s", file)
	}
	return nil
}

// checkOffer sees that what --install wants fits with all groups there are.
func (r *run) checkOffer() error {
	file := r.offer.choices[0].path
	if err := checkLink(r.offer.link); err != nil {
		return err
	}
	if err := checkPath(file); err != nil {
		return err
	}
	masters, links, err := r.owners()
	if err != nil {
		return err
	}
	if g := masters[r.name]; g != nil && g.name != r.name {
		return givef("alternative %s cannot be master: it is a slave of %s", r.name, g.name)
	}
	if g := links[r.offer.link]; g != nil && g.name != r.name {
		return givef("alternative link %s is already managed by %s", r.offer.link, g.name)
	}
	if r.missing(file) {
		return givef("alternative path %s does not exist", file)
	}
	for _, s := range r.offer.slaves {
		if err := r.checkSlave(s, masters, links); err != nil {
			return err
		}
	}
	return nil
}

func (r *run) checkSlave(s slave, masters, links map[string]*group) error {
	if err := checkName(s.name); err != nil {
		return err
	}
	if err := checkLink(s.link); err != nil {
		return err
	}
	if err := checkPath(r.offer.choices[0].slaves[s.name]); err != nil {
		return err
	}
	if g := masters[s.name]; g != nil && g.name != r.name {
		if g.name == s.name {
			return givef("alternative %s cannot be slave of %s: it is a master alternative", s.name, r.name)
		}
		return givef("alternative %s cannot be slave of %s: it is a slave of %s", s.name, r.name, g.name)
	}
	g := links[s.link]
	if g == nil {
		return nil
	}
	if g.name != r.name {
		return givef("alternative link %s is already managed by %s", s.link, g.name)
	}
	for _, other := range g.slaves {
		if other.link == s.link && other.name != s.name {
			return givef("alternative link %s is already managed by %s (slave of %s)", s.link, other.name, g.name)
		}
	}
	return nil
}

// owners maps every name, of groups and slaves, and every link to its group.
func (r *run) owners() (masters, links map[string]*group, err error) {
	masters, links = map[string]*group{}, map[string]*group{}
	for _, name := range r.names() {
		data, err := r.p.Tree.ReadFile(path.Join(r.admin, name))
		if err != nil {
			return nil, nil, err
		}
		g, err := parse(name, data, r.missing)
		if err != nil {
			continue
		}
		masters[name], links[g.link] = g, g
		for _, s := range g.slaves {
			masters[s.name], links[s.link] = g, g
		}
	}
	return masters, links, nil
}

// names lists the groups of the database in byte order.
func (r *run) names() []string {
	dir, err := r.p.Tree.Lookup(r.admin)
	if err != nil {
		return nil
	}
	var names []string
	for _, name := range dir.Names() {
		if !strings.HasPrefix(name, ".") && !strings.HasSuffix(name, ".dpkg-tmp") {
			names = append(names, name)
		}
	}
	return names
}
