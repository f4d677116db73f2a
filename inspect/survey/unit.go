package survey

import (
	"bytes"
	"cmp"
	"io/fs"
	"path"
	"slices"
	"strings"

	"coen/fsimage/squashfs"
)

// A Unit is one of systemd's (systemd.unit(5)).
type Unit struct {
	Name string `json:"name"`
	// State is as `systemctl is-enabled` has it: "enabled", "disabled",
	// "static" (started by others only), "masked" or "alias".
	State string `json:"state"`
	Path  string `json:"path"`
}

// unitDirs are where units lie, best first.
var unitDirs = []string{"etc/systemd/system", "usr/lib/systemd/system"}

// unitTypes are the suffixes of units that are files.
var unitTypes = []string{".service", ".socket", ".target", ".timer", ".path", ".mount", ".automount", ".swap", ".slice"}

// A unitSet has the units of an image.
type unitSet struct {
	root   *squashfs.Reader
	wanted map[string]bool // names that have a link in /etc, by which they start
}

func unitsOf(root *squashfs.Reader) (units []Unit, ports []Port, err error) {
	set := &unitSet{root, map[string]bool{}}
	if err := set.findLinks(); err != nil {
		return nil, nil, err
	}
	seen := map[string]bool{}
	for _, dir := range unitDirs {
		list, err := readDir(root, dir)
		if err != nil {
			return nil, nil, err
		}
		for _, d := range list {
			if seen[d.Name()] || !slices.Contains(unitTypes, path.Ext(d.Name())) {
				continue
			}
			seen[d.Name()] = true
			u, err := set.unit(dir, d)
			if err != nil {
				return nil, nil, err
			}
			units = append(units, u)
		}
	}
	slices.SortFunc(units, func(a, b Unit) int { return cmp.Compare(a.Name, b.Name) })
	ports, err = set.ports(units)
	return units, ports, err
}

// findLinks notes the units that links below /etc/systemd/system name, as
// `systemctl enable` makes them.
func (s *unitSet) findLinks() error {
	dirs, err := readDir(s.root, unitDirs[0])
	if err != nil {
		return err
	}
	for _, d := range dirs {
		switch ext := path.Ext(d.Name()); {
		case ext == ".wants" || ext == ".requires":
			links, err := readDir(s.root, path.Join(unitDirs[0], d.Name()))
			if err != nil {
				return err
			}
			for _, l := range links {
				s.want(l.Name())
			}
		case d.Type()&fs.ModeSymlink != 0:
			target, err := s.root.ReadLink(path.Join(unitDirs[0], d.Name()))
			if err != nil {
				return err
			}
			s.want(path.Base(target))
		}
	}
	return nil
}

// want notes a unit, and for getty@tty1.service its template too.
func (s *unitSet) want(name string) {
	s.wanted[name] = true
	if at := strings.Index(name, "@"); at >= 0 {
		s.wanted[name[:at+1]+path.Ext(name)] = true
	}
}

func (s *unitSet) unit(dir string, d fs.DirEntry) (Unit, error) {
	file := path.Join(dir, d.Name())
	u := Unit{Name: d.Name(), Path: "/" + file}
	if d.Type()&fs.ModeSymlink != 0 {
		target, err := s.root.ReadLink(file)
		switch {
		case err != nil:
			return u, err
		case target == "/dev/null":
			u.State = "masked"
		default:
			u.State = "alias"
		}
		return u, nil
	}
	data, err := text(s.root, file)
	switch {
	case err != nil:
		return u, err
	case len(data) == 0:
		u.State = "masked"
	case s.wanted[d.Name()]:
		u.State = "enabled"
	case bytes.Contains(data, []byte("\n[Install]")):
		u.State = "disabled"
	default:
		u.State = "static"
	}
	return u, nil
}
