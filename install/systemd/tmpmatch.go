package systemd

import (
	"path"
	"strings"

	"coen/tree"
)

// made sets owner and mode of what was just made.
func (t *tmpfiles) made(it *item) error {
	n, err := t.t.Lstat(it.path)
	if err != nil {
		return err
	}
	return t.perms(it, it.path, n, true)
}

// perms sets owner and mode where the line names them. Those marked ":" are for
// new files only.
func (t *tmpfiles) perms(it *item, name string, n *tree.Node, isNew bool) error {
	if n.Kind == tree.Symlink {
		return nil
	}
	uid, gid, mode := n.UID, n.GID, n.Mode
	if it.hasUID && (isNew || !it.uidNew) {
		uid = it.uid
	}
	if it.hasGID && (isNew || !it.gidNew) {
		gid = it.gid
	}
	if it.hasMode && (isNew || !it.modeNew) {
		mode = it.mode
		if it.masked {
			mode = maskedMode(mode, n)
		}
	}
	if uid != n.UID || gid != n.GID {
		if err := t.t.Chown(name, uid, gid); err != nil {
			return err
		}
	}
	if mode == n.Mode {
		return nil
	}
	return t.t.Chmod(name, mode)
}

// maskedMode is a mode marked "~": reduced to the kinds of access that the file
// allows already, without set-id and sticky bits unless it is a directory.
func maskedMode(mode uint32, n *tree.Node) uint32 {
	for _, bits := range []uint32{0o111, 0o222, 0o444} {
		if n.Mode&bits == 0 {
			mode &^= bits
		}
	}
	if n.Kind != tree.Directory {
		mode &^= 0o7000
	}
	return mode
}

// eachMatch applies a line to every path that its pattern matches.
func (t *tmpfiles) eachMatch(it *item) error {
	for _, name := range t.glob(it.path) {
		n, err := t.t.Lstat(name)
		if err != nil {
			return err
		}
		switch it.kind {
		case 'w':
			err = t.write(it, name)
		case 'e':
			if n.Kind == tree.Directory {
				err = t.perms(it, name, n, false)
			}
		case 'z':
			err = t.perms(it, name, n, false)
		case 'Z':
			err = t.t.WalkFrom(name, func(name string, n *tree.Node) error { return t.perms(it, name, n, false) })
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// write writes the argument into a file that exists.
func (t *tmpfiles) write(it *item, name string) error {
	data := []byte(it.arg)
	if it.force {
		old, err := t.t.ReadFile(name)
		if err != nil {
			return err
		}
		data = append(append([]byte{}, old...), data...)
	}
	return t.t.WriteFile(name, data, 0o644)
}

// glob lists the paths that match a pattern, in byte order.
func (t *tmpfiles) glob(pattern string) []string {
	found := []string{"/"}
	for elem := range strings.SplitSeq(strings.Trim(pattern, "/"), "/") {
		var next []string
		for _, dir := range found {
			n, err := t.t.Lookup(dir)
			if err != nil || n.Kind != tree.Directory {
				continue
			}
			for _, name := range n.Names() {
				if strings.HasPrefix(name, ".") && !strings.HasPrefix(elem, ".") {
					continue
				}
				if ok, _ := path.Match(elem, name); ok {
					next = append(next, path.Join(dir, name))
				}
			}
		}
		found = next
	}
	return found
}

// removal does what --remove asks for: r and R take paths away, D empties a
// directory.
func (t *tmpfiles) removal() error {
	for _, name := range t.order {
		for _, it := range t.items[name] {
			if strings.IndexByte("rRD", it.kind) < 0 {
				continue
			}
			for _, match := range t.glob(it.path) {
				if err := t.removeMatch(it, match); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (t *tmpfiles) removeMatch(it *item, name string) error {
	n, err := t.t.Lstat(name)
	if err != nil {
		return err
	}
	switch {
	case it.kind == 'R':
		return t.t.RemoveAll(name)
	case it.kind == 'r' && len(n.Names()) == 0:
		return t.t.Remove(name)
	case it.kind == 'D':
		for _, child := range n.Names() {
			if err := t.t.RemoveAll(path.Join(name, child)); err != nil {
				return err
			}
		}
	}
	return nil
}
