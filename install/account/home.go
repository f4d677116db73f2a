package account

import (
	"path"
	"strings"

	"coen/install/proc"
	"coen/tree"
)

// makeHome makes the home directory with the skeleton in it, as useradd -m.
func (n *newUser) makeHome(p *proc.Proc) error {
	if p.Tree.Exists(n.Home) {
		_, err := p.Errorf("warning: the home directory %s already exists.", n.Home)
		return err
	}
	if err := p.Tree.MkdirAll(n.Home, 0o755); err != nil {
		return err
	}
	if err := p.Tree.Chown(n.Home, n.UID, n.GID); err != nil {
		return err
	}
	mode := n.defs.number("HOME_MODE", 0o777&^n.defs.number("UMASK", 0o22))
	if err := p.Tree.Chmod(n.Home, uint32(mode)); err != nil {
		return err
	}
	return copySkeleton(p.Tree, n.skel, n.Home, n.UID, n.GID)
}

// copySkeleton copies what is below the directory skel into home, owned by the
// user, modes and times kept. A missing skeleton is an empty one.
func copySkeleton(t *tree.Tree, skel, home string, uid, gid uint32) error {
	if !t.Exists(skel) {
		return nil
	}
	root, err := t.Resolve(skel)
	if err != nil {
		return err
	}
	return t.WalkFrom(root, func(name string, n *tree.Node) error {
		if name == root {
			return nil
		}
		to := path.Join(home, strings.TrimPrefix(name, root))
		return copyNode(t, n, to, uid, gid)
	})
}

func copyNode(t *tree.Tree, n *tree.Node, to string, uid, gid uint32) error {
	if n.Kind == tree.Directory {
		if err := t.MkdirAll(to, n.Mode); err != nil {
			return err
		}
		return t.Chown(to, uid, gid)
	}
	c := &tree.Node{Kind: n.Kind, Mode: n.Mode, UID: uid, GID: gid, ModTime: n.ModTime, Target: n.Target,
		Major: n.Major, Minor: n.Minor, Content: n.Content}
	return t.Put(to, c)
}
