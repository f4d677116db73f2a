package systemd

import (
	"fmt"
	"path"

	"coen/tree"
)

func (l *linker) mask(names []string) error {
	for _, name := range names {
		link := path.Join(l.in.config(), name)
		if n, err := l.p.Tree.Lstat(link); err == nil {
			if n.Kind == tree.Symlink && n.Target == "/dev/null" {
				continue
			}
			if n.Kind != tree.Symlink || !l.force {
				return errUnit{fmt.Sprintf("Failed to mask unit: File '%s' already exists", link)}
			}
		}
		if err := l.symlink("/dev/null", link); err != nil {
			return err
		}
	}
	return nil
}

func (l *linker) unmask(names []string) error {
	for _, name := range names {
		link := path.Join(l.in.config(), name)
		if n, err := l.p.Tree.Lstat(link); err == nil && n.Kind == tree.Symlink && n.Target == "/dev/null" {
			l.say("Removed '%s'.", link)
			if err := l.p.Tree.Remove(link); err != nil {
				return err
			}
		}
	}
	return nil
}

// isEnabled prints a state for each unit. The status is 0 if one of them is
// enabled in some way, 4 if one does not exist, else 1.
func (l *linker) isEnabled(names []string) (int, error) {
	status := 1
	for _, name := range names {
		state, err := l.state(name)
		if err != nil {
			return 0, err
		}
		if !l.quiet {
			fmt.Fprintln(l.p.Stdout(), state)
		}
		switch state {
		case "enabled", "static", "alias", "indirect":
			status = 0
		case "not-found":
			if status == 1 {
				status = 4
			}
		}
	}
	return status, nil
}

// state is what systemctl is-enabled says of a unit.
func (l *linker) state(name string) (string, error) {
	u := l.in.find(l.p.Tree, name)
	switch {
	case u == nil:
		return "not-found", nil
	case u.masked:
		return "masked", nil
	}
	enabled := false
	err := l.eachLink(func(link string, n *tree.Node) {
		base := path.Base(link)
		if base == name && path.Dir(link) != l.in.config() || base != name && path.Base(n.Target) == name {
			enabled = true
		}
	})
	switch {
	case err != nil:
		return "", err
	case enabled:
		return "enabled", nil
	case path.Base(u.path) != name && path.Base(u.path) != template(name):
		return "alias", nil
	case u.hasInstall():
		return "disabled", nil
	case len(u.also) > 0:
		return "indirect", nil
	}
	return "static", nil
}

func (l *linker) setDefault(names []string) (int, error) {
	if len(names) != 1 {
		return 1, nil
	}
	u := l.in.find(l.p.Tree, names[0])
	if u == nil {
		return 0, errUnit{fmt.Sprintf("Failed to set default target: Unit %s does not exist", names[0])}
	}
	l.force = true
	return 0, l.symlink(u.path, path.Join(l.in.config(), "default.target"))
}

func (l *linker) getDefault() (int, error) {
	u := l.in.find(l.p.Tree, "default.target")
	if u == nil {
		return 0, errUnit{"Failed to get default target: No such file or directory"}
	}
	fmt.Fprintln(l.p.Stdout(), path.Base(u.path))
	return 0, nil
}
