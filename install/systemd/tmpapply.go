package systemd

import (
	"errors"
	"fmt"
	"path"
	"strings"

	"coen/tree"
)

// apply makes what is named outright, a directory before what lies in it, and
// then what patterns match.
func (t *tmpfiles) apply() (int, error) {
	if t.remove {
		if err := t.removal(); err != nil {
			return 0, err
		}
	}
	if t.create {
		for _, globs := range []bool{false, true} {
			for _, name := range t.order {
				if err := t.visit(name, globs); err != nil {
					return 0, err
				}
			}
		}
	}
	switch {
	case t.badLine:
		return exitData, nil
	case t.failed:
		return exitCreate, nil
	}
	return 0, nil
}

// visit processes the items of a path after those of the directories above it.
func (t *tmpfiles) visit(name string, globs bool) error {
	if parent := path.Dir(name); parent != name {
		if err := t.visit(parent, globs); err != nil {
			return err
		}
	}
	for _, it := range t.items[name] {
		if it.processed || it.globs() != globs {
			continue
		}
		it.processed = true
		err := t.make(it)
		var pathError errPath
		if errors.As(err, &pathError) {
			t.say("%v", err)
			t.failed = t.failed || !it.tolerant
		} else if err != nil {
			return err
		}
	}
	return nil
}

// globs says whether the path is a pattern.
func (it *item) globs() bool { return strings.IndexByte("wezZtThHaAxXrR", it.kind) >= 0 }

// errPath is a path that could not be made; other lines go on.
type errPath struct{ msg string }

func (e errPath) Error() string { return e.msg }

// make does what a line says.
func (t *tmpfiles) make(it *item) error {
	switch it.kind {
	case 'f', 'F':
		return t.makeFile(it)
	case 'd', 'D', 'v', 'q', 'Q':
		return t.makeDir(it)
	case 'p':
		return t.makeNode(it, tree.Fifo)
	case 'c':
		return t.makeNode(it, tree.CharDevice)
	case 'b':
		return t.makeNode(it, tree.BlockDevice)
	case 'L':
		return t.makeLink(it)
	case 'C':
		return t.copyTree(it)
	case 'w', 'e', 'z', 'Z':
		return t.eachMatch(it)
	case 't', 'T':
		return t.p.Unmodelledf("%s:%d: extended attributes", it.file, it.line)
	}
	// x, X, r, R concern removal; h, H are attributes that only some disk file
	// systems know; a, A are set by the booted system (see doc.go).
	return nil
}

func (t *tmpfiles) parents(it *item) error {
	if err := t.t.MkdirAll(path.Dir(it.path), 0o755); err != nil {
		return errPath{fmt.Sprintf("Failed to create parent directories of \"%s\": %v", it.path, err)}
	}
	return nil
}

// defaults gives made nodes the mode they get where the line says "-".
func (it *item) modeOr(otherwise uint32) uint32 {
	if it.hasMode {
		return it.mode
	}
	return otherwise
}

func (t *tmpfiles) makeFile(it *item) error {
	n, err := t.t.Lstat(it.path)
	switch {
	case err == nil && n.Kind != tree.Regular:
		return errPath{fmt.Sprintf("%s exists and is not a regular file.", it.path)}
	case err == nil && !it.force && it.kind == 'f':
		return t.perms(it, it.path, n, false)
	}
	if err := t.parents(it); err != nil {
		return err
	}
	if err := t.t.WriteFile(it.path, []byte(it.arg), it.modeOr(0o644)); err != nil {
		return err
	}
	return t.made(it)
}

func (t *tmpfiles) makeDir(it *item) error {
	if n, err := t.t.Lookup(it.path); err == nil {
		if n.Kind != tree.Directory {
			return errPath{fmt.Sprintf("\"%s\" already exists and is not a directory.", it.path)}
		}
		return t.perms(it, it.path, n, false)
	}
	if err := t.parents(it); err != nil {
		return err
	}
	if err := t.t.Mkdir(it.path, it.modeOr(0o755)); err != nil {
		return errPath{fmt.Sprintf("Failed to create directory \"%s\": %v", it.path, err)}
	}
	return t.made(it)
}

func (t *tmpfiles) makeNode(it *item, k tree.Kind) error {
	var major, minor uint32
	if k != tree.Fifo {
		if _, err := fmt.Sscanf(it.arg, "%d:%d", &major, &minor); err != nil {
			return errPath{fmt.Sprintf("%s:%d: Device file requires argument.", it.file, it.line)}
		}
	}
	if n, err := t.t.Lstat(it.path); err == nil {
		if n.Kind == k && n.Major == major && n.Minor == minor {
			return t.perms(it, it.path, n, false)
		}
		if !it.force {
			return errPath{fmt.Sprintf("%s is not what it should be.", it.path)}
		}
		if err := t.t.RemoveAll(it.path); err != nil {
			return err
		}
	}
	if err := t.parents(it); err != nil {
		return err
	}
	if err := t.t.Mknod(it.path, k, it.modeOr(0o644), major, minor); err != nil {
		return err
	}
	return t.made(it)
}

func (t *tmpfiles) makeLink(it *item) error {
	source := it.arg
	if !strings.HasPrefix(source, "/") {
		source = path.Join(path.Dir(it.path), source)
	}
	if it.onlyIf && !t.t.Exists(source) {
		return nil
	}
	if n, err := t.t.Lstat(it.path); err == nil {
		if !it.force || n.Kind == tree.Symlink && n.Target == it.arg {
			return nil
		}
		if err := t.t.RemoveAll(it.path); err != nil {
			return err
		}
	}
	if err := t.parents(it); err != nil {
		return err
	}
	return t.t.Symlink(it.arg, it.path)
}

// copyTree copies a file or directory to a place that is free, or an empty
// directory. A missing source is no error.
func (t *tmpfiles) copyTree(it *item) error {
	if !t.t.Exists(it.arg) {
		return nil
	}
	if n, err := t.t.Lstat(it.path); err == nil && (n.Kind != tree.Directory || len(n.Names()) > 0) && !it.force {
		return t.perms(it, it.path, n, false)
	}
	if err := t.parents(it); err != nil {
		return err
	}
	source, err := t.t.Resolve(it.arg)
	if err != nil {
		return err
	}
	err = t.t.WalkFrom(source, func(name string, n *tree.Node) error {
		to := it.path + strings.TrimPrefix(name, source)
		if _, err := t.t.Lstat(to); err == nil {
			return nil
		}
		return t.t.Put(to, &tree.Node{Kind: n.Kind, Mode: n.Mode, UID: n.UID, GID: n.GID, ModTime: n.ModTime,
			Target: n.Target, Major: n.Major, Minor: n.Minor, Content: n.Content})
	})
	if err != nil {
		return err
	}
	return t.made(it)
}
