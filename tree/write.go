package tree

import (
	"bytes"
	"errors"
	"path"
	"slices"
)

// change finds where name is or would be, for an operation that writes there.
func (t *Tree) change(op, name string, follow bool) (step, error) {
	if t.sealed {
		return step{}, fail(op, name, ErrSealed)
	}
	return t.place(op, name, follow)
}

// absent is change for operations that make a new name.
func (t *Tree) absent(op, name string) (step, error) {
	s, err := t.change(op, name, false)
	if err == nil && s.node != nil {
		err = fail(op, name, ErrExist)
	}
	return s, err
}

func (s step) attach(n *Node) {
	n.links++
	s.dir.children[s.name] = n
}

func (s step) detach() {
	s.node.links--
	delete(s.dir.children, s.name)
}

// ReadFile returns the content of the regular file at name, which the caller
// must not change.
func (t *Tree) ReadFile(name string) ([]byte, error) {
	n, err := t.Lookup(name)
	switch {
	case err != nil:
		return nil, err
	case n.Kind == Directory:
		return nil, fail("read", name, ErrIsDir)
	case n.Kind != Regular:
		return nil, fail("read", name, ErrInvalid)
	}
	return n.Read()
}

// WriteFile gives the regular file at name the content data, as open(2) with
// O_CREAT and O_TRUNC: symbolic links are followed, an existing file keeps its
// owner, mode and hard links, a new one is root's with the given mode.
func (t *Tree) WriteFile(name string, data []byte, mode uint32) error {
	s, err := t.change("open", name, true)
	if err != nil {
		return err
	}
	n := s.node
	switch {
	case n == nil:
		n = t.node(Regular, mode)
		s.attach(n)
	case n.Kind == Directory:
		return fail("open", name, ErrIsDir)
	case n.Kind != Regular:
		return fail("open", name, ErrInvalid)
	}
	n.Content, n.Made, n.Changed, n.ModTime = bytes.NewReader(data), t.author, nil, t.epoch
	return nil
}

// SetContent gives the regular file n a new content, as write(2) through an open
// file does, wherever the file's names are by now.
func (t *Tree) SetContent(n *Node, c Content) error {
	if t.sealed {
		return ErrSealed
	}
	n.Content, n.Made, n.Changed, n.ModTime = c, t.author, nil, t.epoch
	return nil
}

// Put places n at name as rename(2) of a finished file would: whatever is
// there, other than a directory, is replaced. A directory may only be put where
// nothing is. n becomes the tree's and is signed as made by the current author.
// The same n may be put at several names: these are hard links.
func (t *Tree) Put(name string, n *Node) error {
	s, err := t.change("rename", name, false)
	switch {
	case err != nil:
		return err
	case s.dir == nil:
		return fail("rename", name, ErrBusy)
	case s.node != nil && s.node.Kind == Directory:
		return fail("rename", name, ErrIsDir)
	case s.node != nil && n.Kind == Directory:
		return fail("rename", name, ErrExist)
	}
	if s.node != nil {
		s.detach()
	}
	if n.Kind == Directory && n.children == nil {
		n.children = map[string]*Node{}
	}
	n.Made = t.author
	s.attach(n)
	return nil
}

// Mkdir makes a directory; the one above must exist.
func (t *Tree) Mkdir(name string, mode uint32) error {
	return t.add("mkdir", name, t.node(Directory, mode))
}

// MkdirAll makes a directory and those above it that are missing, all with the
// given mode. It is no error if name is a directory already.
func (t *Tree) MkdirAll(name string, mode uint32) error {
	if n, err := t.Lookup(name); err == nil {
		if n.Kind != Directory {
			return fail("mkdir", name, ErrNotDir)
		}
		return nil
	}
	if parent := path.Dir(path.Join("/", name)); parent != "/" {
		if err := t.MkdirAll(parent, mode); err != nil {
			return err
		}
	}
	return t.Mkdir(name, mode)
}

// Symlink makes a symbolic link at name with the given target.
func (t *Tree) Symlink(target, name string) error {
	n := t.node(Symlink, 0o777)
	n.Target = target
	return t.add("symlink", name, n)
}

// Mknod makes a device (CharDevice, BlockDevice) or a Fifo.
func (t *Tree) Mknod(name string, k Kind, mode, major, minor uint32) error {
	if k != CharDevice && k != BlockDevice && k != Fifo {
		return fail("mknod", name, ErrInvalid)
	}
	n := t.node(k, mode)
	n.Major, n.Minor = major, minor
	return t.add("mknod", name, n)
}

// Link makes name a hard link to the file at old; a symbolic link at old is not
// followed.
func (t *Tree) Link(old, name string) error {
	from, err := t.Lstat(old)
	if err != nil {
		return err
	}
	if from.Kind == Directory {
		return fail("link", old, ErrIsDir)
	}
	return t.add("link", name, from)
}

func (t *Tree) add(op, name string, n *Node) error {
	s, err := t.absent(op, name)
	if err != nil {
		return err
	}
	if s.dir == nil {
		return fail(op, name, ErrExist)
	}
	s.attach(n)
	return nil
}

// Remove takes away a file or an empty directory.
func (t *Tree) Remove(name string) error {
	s, err := t.change("remove", name, false)
	switch {
	case err != nil:
		return err
	case s.node == nil:
		return fail("remove", name, ErrNotExist)
	case s.dir == nil:
		return fail("remove", name, ErrBusy)
	case len(s.node.children) > 0:
		return fail("remove", name, ErrNotEmpty)
	}
	s.detach()
	return nil
}

// RemoveAll takes away name and all it holds. It is no error if nothing is
// there.
func (t *Tree) RemoveAll(name string) error {
	s, err := t.change("remove", name, false)
	switch {
	case errors.Is(err, ErrNotExist), err == nil && s.node == nil:
		return nil
	case err != nil:
		return err
	case s.dir == nil:
		return fail("remove", name, ErrBusy)
	}
	release(s.node)
	s.detach()
	return nil
}

// release counts down the links of everything below a directory.
func release(n *Node) {
	for _, c := range n.children {
		release(c)
		c.links--
	}
}

// Rename moves old to name, replacing a file or an empty directory there.
// Neither path's last element is followed.
func (t *Tree) Rename(old, name string) error {
	from, err := t.change("rename", old, false)
	if err != nil {
		return err
	}
	to, err := t.change("rename", name, false)
	switch {
	case err != nil:
		return err
	case from.node == nil:
		return fail("rename", old, ErrNotExist)
	case from.dir == nil || to.dir == nil:
		return fail("rename", old, ErrBusy)
	case from.node == to.node:
		return nil
	case holds(from.node, to.dir):
		return fail("rename", old, ErrInvalid)
	}
	if err := replaceable(name, from.node, to.node); err != nil {
		return err
	}
	if to.node != nil {
		to.detach()
	}
	from.detach()
	to.attach(from.node)
	from.node.signed(t.author)
	return nil
}

func replaceable(name string, from, to *Node) error {
	switch {
	case to == nil:
	case to.Kind == Directory && from.Kind != Directory:
		return fail("rename", name, ErrIsDir)
	case to.Kind != Directory && from.Kind == Directory:
		return fail("rename", name, ErrNotDir)
	case len(to.children) > 0:
		return fail("rename", name, ErrNotEmpty)
	}
	return nil
}

// holds reports whether dir is n or lies below it.
func holds(n, dir *Node) bool {
	if n == dir {
		return true
	}
	for _, c := range n.children {
		if holds(c, dir) {
			return true
		}
	}
	return false
}

// Chmod sets the permission bits of what name leads to.
func (t *Tree) Chmod(name string, mode uint32) error {
	return t.edit("chmod", name, true, func(n *Node) { n.Mode = mode & 0o7777 })
}

// Chown sets owner and group of what name leads to, and, as Linux does, takes
// away the set-user-ID and set-group-ID bits and the capabilities of a regular
// file.
func (t *Tree) Chown(name string, uid, gid uint32) error {
	return t.edit("chown", name, true, func(n *Node) { n.chown(uid, gid) })
}

// Lchown is Chown without following a symbolic link in the last place.
func (t *Tree) Lchown(name string, uid, gid uint32) error {
	return t.edit("chown", name, false, func(n *Node) { n.chown(uid, gid) })
}

func (n *Node) chown(uid, gid uint32) {
	n.UID, n.GID = uid, gid
	if n.Kind != Regular {
		return
	}
	n.Mode &^= 0o4000
	if n.Mode&0o010 != 0 {
		n.Mode &^= 0o2000
	}
	delete(n.Xattrs, "security.capability")
}

// SetTime sets the modification time, in seconds since 1970-01-01 UTC, without
// following a symbolic link in the last place.
func (t *Tree) SetTime(name string, sec int64) error {
	return t.edit("utime", name, false, func(n *Node) { n.ModTime = sec })
}

// SetXattr sets an extended attribute of what name leads to; a nil value
// removes it.
func (t *Tree) SetXattr(name, attr string, value []byte) error {
	return t.edit("setxattr", name, true, func(n *Node) {
		if value == nil {
			delete(n.Xattrs, attr)
			return
		}
		if n.Xattrs == nil {
			n.Xattrs = map[string][]byte{}
		}
		n.Xattrs[attr] = slices.Clone(value)
	})
}

func (t *Tree) edit(op, name string, follow bool, f func(*Node)) error {
	s, err := t.change(op, name, follow)
	if err != nil {
		return err
	}
	if s.node == nil {
		return fail(op, name, ErrNotExist)
	}
	f(s.node)
	s.node.signed(t.author)
	return nil
}
