package command

import (
	"bytes"
	"maps"
	"path"
	"slices"
	"strings"

	"coen/tree"
)

// A copier copies files as cp(1) does; what it preserves is chosen by fields.
type copier struct {
	*call
	mode, owner, times, links, xattrs bool
	plain                             bool // give the copy the mode of a new file

	recursive bool
	follow    followLinks
	force     bool // remove a destination that cannot be written
	replace   bool // remove every destination first
	keep      bool // leave an existing destination alone
	newer     bool // copy only what is newer than the destination
	hard      bool // make hard links instead of copies
	symbolic  bool // make symbolic links instead of copies
	contents  bool // copy the bytes of special files, as cp does without -r

	made  map[string]bool       // destinations written by this call
	first map[*tree.Node]string // where a node with several links went
}

type followLinks byte

const (
	followNever    followLinks = iota // -P
	followOperands                    // -H
	followAlways                      // -L
)

// copy copies source to name and returns the status.
func (k *copier) copy(source, name string, operand bool) int {
	from, err := k.lstat(source)
	if err == nil && from.Kind == tree.Symlink && (k.follow == followAlways || k.follow == followOperands && operand) {
		from, err = k.lookup(source)
	}
	if err != nil {
		return k.failf("cannot stat %s: %s", quote(source), reason(err))
	}
	if from.Kind == tree.Directory && !k.recursive {
		return k.failf("-r not specified; omitting directory %s", quote(source))
	}
	to, err := k.present(name, from)
	if err == nil {
		if status, done := k.conflict(source, name, from, to); done {
			return status
		}
	}
	if from.Kind == tree.Directory {
		return k.directory(source, name, from, to)
	}
	if first, ok := k.first[from]; ok && k.links {
		return k.again(first, name)
	}
	if status := k.file(source, name, from, to); status != 0 {
		return status
	}
	k.made[k.place(name)] = true
	if from.Links() > 1 {
		k.first[from] = name
	}
	if k.has("v") {
		k.printf("%s -> %s\n", quote(source), quote(name))
	}
	return 0
}

// present returns what a copy of from would overwrite.
func (k *copier) present(name string, from *tree.Node) (*tree.Node, error) {
	if k.replace || from.Kind != tree.Regular && !k.contents {
		return k.lstat(name)
	}
	return k.lookup(name)
}

// place names the directory entry at name, whatever way leads to it.
func (k *copier) place(name string) string {
	full, err := k.Tree.ResolveParent(k.Path(name))
	if err != nil {
		return k.Path(name)
	}
	return full
}

// conflict decides what becomes of an existing destination; done means that
// nothing is left to do.
func (k *copier) conflict(source, name string, from, to *tree.Node) (status int, done bool) {
	switch {
	case from == to && from.Kind != tree.Directory && k.hard:
		return 0, true
	case from == to && from.Kind != tree.Directory:
		if k.replace && !k.samePlace(source, name) {
			return 0, false
		}
		return k.failf("%s and %s are the same file", quote(source), quote(name)), true
	case from.Kind != tree.Directory && to.Kind == tree.Directory:
		return k.failf("cannot overwrite directory %s with non-directory %s", quote(name), quote(source)), true
	case from.Kind == tree.Directory && to.Kind != tree.Directory:
		return k.failf("cannot overwrite non-directory %s with directory %s", quote(name), quote(source)), true
	case from.Kind != tree.Directory && k.keep:
		return 0, true
	case from.Kind != tree.Directory && k.newer && to.ModTime >= from.ModTime:
		return 0, true
	case from.Kind != tree.Directory && k.made[k.place(name)]:
		return k.failf("will not overwrite just-created %s with %s", quote(name), quote(source)), true
	}
	return 0, false
}

// directory copies a directory with all it holds.
func (k *copier) directory(source, name string, from, to *tree.Node) int {
	if k.inside(name, from) {
		return k.failf("cannot copy a directory, %s, into itself, %s", quote(source), quote(name))
	}
	if to == nil {
		if err := k.Tree.Mkdir(k.Path(name), k.newMode(from)&^k.Umask); err != nil {
			return k.failf("cannot create directory %s: %s", quote(name), reason(err))
		}
		if k.has("v") {
			k.printf("%s -> %s\n", quote(source), quote(name))
		}
	}
	status := 0
	for _, child := range from.Names() {
		if k.copy(join(source, child), join(name, child), false) != 0 {
			status = 1
		}
	}
	if k.mode || to == nil {
		k.preserve(name, from, to == nil)
	}
	return status
}

// inside reports whether name is, or would be, below the directory dir.
func (k *copier) inside(name string, dir *tree.Node) bool {
	for at := k.canonical(name); ; at = path.Dir(at) {
		if n, err := k.Tree.Lstat(at); err == nil && n == dir {
			return true
		}
		if at == "/" {
			return false
		}
	}
}

// again makes name another hard link to what was copied to first.
func (k *copier) again(first, name string) int {
	if _, err := k.lstat(name); err == nil {
		if err := k.Tree.Remove(k.Path(name)); err != nil {
			return k.failf("cannot remove %s: %s", quote(name), reason(err))
		}
	}
	if err := k.Tree.Link(k.Path(first), k.Path(name)); err != nil {
		return k.failf("cannot create hard link %s to %s: %s", quote(name), quote(first), reason(err))
	}
	return 0
}

// file copies anything but a directory.
func (k *copier) file(source, name string, from, to *tree.Node) int {
	if to == nil {
		if n, err := k.lstat(name); err == nil && n.Kind == tree.Symlink && from.Kind == tree.Regular && !k.replace {
			return k.failf("not writing through dangling symlink %s", quote(name))
		}
	}
	special := from.Kind != tree.Regular && !k.contents
	if _, err := k.lstat(name); err == nil && (k.replace || special || k.hard || k.symbolic || to == nil) {
		if (k.hard || k.symbolic) && !k.force && !k.replace {
			return k.failf("cannot create link %s to %s: File exists", quote(name), quote(source))
		}
		if err := k.Tree.Remove(k.Path(name)); err != nil {
			return k.failf("cannot remove %s: %s", quote(name), reason(err))
		}
		to = nil
	}
	kind, err := k.create(source, name, from)
	if err != nil {
		return k.failf("cannot create %s %s: %s", kind, quote(name), reason(err))
	}
	if !k.hard && !k.symbolic {
		k.preserve(name, from, to == nil)
	}
	return 0
}

// create makes name from the node and says what kind of file that is.
func (k *copier) create(source, name string, from *tree.Node) (kind string, err error) {
	full := k.Path(name)
	switch {
	case k.hard:
		real := k.Path(source)
		if k.follow == followAlways {
			real, _ = k.Tree.Resolve(real)
		}
		return "hard link", k.Tree.Link(real, full)
	case k.symbolic:
		return "symbolic link", k.Tree.Symlink(source, full)
	case from.Kind == tree.Symlink:
		return "symbolic link", k.Tree.Symlink(from.Target, full)
	case from.Kind != tree.Regular && !k.contents:
		return "special file", k.Tree.Mknod(full, from.Kind, from.Mode&^k.Umask, from.Major, from.Minor)
	}
	data, err := k.readFile(source)
	switch special, deviceErr := k.device(path.Clean(full)); {
	case err != nil:
		return "regular file", err
	case special:
		return "regular file", deviceErr
	case strings.HasSuffix(name, "/"):
		return "regular file", tree.ErrNotDir
	}
	return "regular file", k.Tree.WriteFile(full, bytes.Clone(data), k.newMode(from)&^k.Umask)
}

// newMode returns the mode a copy is made with, before the umask.
func (k *copier) newMode(from *tree.Node) uint32 {
	switch {
	case !k.plain:
		return from.Mode & 0o777
	case from.Kind == tree.Directory:
		return 0o777
	}
	return 0o666
}

// preserve gives the copy at name what is to be kept of from.
func (k *copier) preserve(name string, from *tree.Node, created bool) {
	full := k.Path(name)
	if k.owner {
		k.Tree.Lchown(full, from.UID, from.GID)
	}
	if from.Kind == tree.Symlink {
		if k.times {
			k.Tree.SetTime(full, from.ModTime)
		}
		return
	}
	if k.mode {
		k.Tree.Chmod(full, from.Mode)
	} else if created && from.Kind == tree.Directory {
		k.Tree.Chmod(full, k.newMode(from)&^k.Umask)
	}
	if k.xattrs {
		for _, attr := range slices.Sorted(maps.Keys(from.Xattrs)) {
			k.Tree.SetXattr(full, attr, from.Xattrs[attr])
		}
	}
	if real, err := k.Tree.Resolve(full); err == nil && k.times {
		k.Tree.SetTime(real, from.ModTime)
	}
}
