package systemd

import (
	"fmt"
	"path"
	"strings"

	"coen/install/proc"
	"coen/tree"
)

// A linker makes and removes the links that enable units.
type linker struct {
	p     *proc.Proc
	in    instance
	quiet bool
	force bool
}

// errUnit is a failure of systemctl with its message.
type errUnit struct{ msg string }

func (e errUnit) Error() string { return e.msg }

// enable makes the links of the units and of those they name in Also=. It says
// whether any of them could be enabled.
func (l *linker) enable(names []string) (possible bool, err error) {
	done := map[string]bool{}
	for len(names) > 0 {
		name := names[0]
		names = names[1:]
		if done[name] {
			continue
		}
		done[name] = true
		u := l.in.find(l.p.Tree, name)
		switch {
		case u == nil:
			return possible, errUnit{fmt.Sprintf("Failed to enable unit: Unit %s does not exist", name)}
		case u.masked:
			return possible, errUnit{fmt.Sprintf("Failed to enable unit: Unit %s is masked", name)}
		}
		possible = possible || u.hasInstall() || len(u.also) > 0
		for _, other := range u.also {
			other, err := l.expand(u, other)
			if err != nil {
				return possible, err
			}
			names = append(names, other)
		}
		if err := l.link(u); err != nil {
			return possible, err
		}
	}
	return possible, nil
}

// link makes the links of one unit.
func (l *linker) link(u *unit) error {
	for _, a := range u.alias {
		a, err := l.expand(u, a)
		if err != nil {
			return err
		}
		if a == u.name {
			continue
		}
		if err := l.symlink(u.path, path.Join(l.in.config(), a)); err != nil {
			return err
		}
	}
	name := u.name
	if isTemplate(name) {
		if u.defaultInstance == "" {
			return nil
		}
		prefix, _, suffix, _ := splitName(name)
		name = prefix + "@" + u.defaultInstance + suffix
	}
	for _, d := range []struct {
		suffix string
		by     []string
	}{{".wants", u.wantedBy}, {".requires", u.requiredBy}, {".upholds", u.upheldBy}} {
		for _, target := range d.by {
			target, err := l.expand(u, target)
			if err != nil {
				return err
			}
			if err := l.symlink(u.path, path.Join(l.in.config(), target+d.suffix, name)); err != nil {
				return err
			}
		}
	}
	return nil
}

// expand replaces the specifiers that an [Install] section may use.
func (l *linker) expand(u *unit, s string) (string, error) {
	if !strings.Contains(s, "%") {
		return s, nil
	}
	prefix, inst, suffix, _ := splitName(u.name)
	stem := strings.TrimSuffix(u.name, suffix)
	out, ok := expandSpecifiers(s, map[byte]string{'i': inst, 'p': prefix, 'n': u.name, 'N': stem, '%': "%",
		'j': prefix[strings.LastIndexByte(prefix, '-')+1:]})
	if !ok {
		return "", l.p.Unmodelledf("specifier in %q of %s", s, u.name)
	}
	return out, nil
}

// expandSpecifiers replaces %x by its value and reports false if one is not
// known.
func expandSpecifiers(s string, values map[byte]string) (string, bool) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '%' || i+1 == len(s) {
			b.WriteByte(s[i])
			continue
		}
		i++
		v, ok := values[s[i]]
		if !ok {
			return "", false
		}
		b.WriteString(v)
	}
	return b.String(), true
}

func (l *linker) symlink(target, link string) error {
	t := l.p.Tree
	if n, err := t.Lstat(link); err == nil {
		switch {
		case n.Kind == tree.Symlink && l.same(n.Target, target):
			return nil
		case !l.force:
			return errUnit{fmt.Sprintf("Failed to enable unit: File '%s' already exists", link)}
		}
		if err := t.Remove(link); err != nil {
			return err
		}
	}
	if err := t.MkdirAll(path.Dir(link), 0o755); err != nil {
		return err
	}
	l.say("Created symlink '%s' -> '%s'.", link, target)
	return t.Symlink(target, link)
}

// same says whether two targets are one file, as /lib and /usr/lib are.
func (l *linker) same(a, b string) bool {
	if a == b {
		return true
	}
	ra, errA := l.p.Tree.Resolve(a)
	rb, errB := l.p.Tree.Resolve(b)
	return errA == nil && errB == nil && ra == rb
}

// disable removes every link to the units below the configuration directory,
// with directories that become empty, and does the same for Also=.
func (l *linker) disable(names []string) error {
	done := map[string]bool{}
	for len(names) > 0 {
		name := names[0]
		names = names[1:]
		if done[name] {
			continue
		}
		done[name] = true
		if u := l.in.find(l.p.Tree, name); u != nil {
			names = append(names, u.also...)
		}
		if err := l.unlink(name); err != nil {
			return err
		}
	}
	return nil
}

func (l *linker) unlink(name string) error {
	var gone, dirs []string
	err := l.eachLink(func(link string, n *tree.Node) {
		base, target := path.Base(link), path.Base(n.Target)
		if n.Target == "/dev/null" {
			return
		}
		if base == name || target == name || isTemplate(name) && template(base) == name {
			gone = append(gone, link)
			dirs = append(dirs, path.Dir(link))
		}
	})
	if err != nil {
		return err
	}
	for _, link := range gone {
		l.say("Removed '%s'.", link)
		if err := l.p.Tree.Remove(link); err != nil {
			return err
		}
	}
	for _, dir := range dirs {
		if n, err := l.p.Tree.Lstat(dir); err == nil && dir != l.in.config() && len(n.Names()) == 0 {
			if err := l.p.Tree.Remove(dir); err != nil {
				return err
			}
		}
	}
	return nil
}

// eachLink visits the symbolic links in the configuration directory and the
// directories in it.
func (l *linker) eachLink(visit func(link string, n *tree.Node)) error {
	if !l.p.Tree.Exists(l.in.config()) {
		return nil
	}
	return l.p.Tree.WalkFrom(l.in.config(), func(name string, n *tree.Node) error {
		if n.Kind == tree.Symlink {
			visit(name, n)
		}
		return nil
	})
}

func (l *linker) say(format string, args ...any) {
	if !l.quiet {
		fmt.Fprintf(l.p.Stderr(), format+"\n", args...)
	}
}
