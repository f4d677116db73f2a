package tree

import (
	"path"
	"strings"
)

// maxLinks is the number of symbolic links one path may cross, as in Linux.
const maxLinks = 40

// maxName is NAME_MAX of every file system an image is written to.
const maxName = 255

// A Tree is a root file system. Make one with New.
type Tree struct {
	root   *Node
	epoch  int64
	author Author
	sealed bool
}

// New returns a tree that holds only its root directory, mode 0755. Nodes made
// by the tree's methods carry the modification time epoch, in seconds since
// 1970-01-01 UTC.
func New(epoch int64) *Tree {
	t := &Tree{epoch: epoch}
	t.root = t.node(Directory, 0o755)
	t.root.links = 1
	return t
}

// Epoch returns the time given to New.
func (t *Tree) Epoch() int64 { return t.epoch }

// By sets the author of the mutations that follow and returns the former one.
func (t *Tree) By(a Author) Author {
	old := t.author
	t.author = a
	return old
}

// Author returns the author of the mutations that follow.
func (t *Tree) Author() Author { return t.author }

// Seal ends the tree's construction: every later mutation fails with ErrSealed.
func (t *Tree) Seal() { t.sealed = true }

// Sealed reports whether Seal was called.
func (t *Tree) Sealed() bool { return t.sealed }

func (t *Tree) node(k Kind, mode uint32) *Node {
	n := &Node{Kind: k, Mode: mode & 0o7777, ModTime: t.epoch, Made: t.author}
	if k == Directory {
		n.children = map[string]*Node{}
	}
	return n
}

// Lookup returns the node at name, following symbolic links.
func (t *Tree) Lookup(name string) (*Node, error) {
	w, err := t.walk("stat", name, true)
	return w.node, err
}

// Lstat returns the node at name; a symbolic link in the last place is not
// followed.
func (t *Tree) Lstat(name string) (*Node, error) {
	w, err := t.walk("lstat", name, false)
	return w.node, err
}

// Exists reports whether name leads to something, following symbolic links.
func (t *Tree) Exists(name string) bool {
	_, err := t.Lookup(name)
	return err == nil
}

// Resolve returns the absolute path of name without any symbolic link, as
// realpath -e.
func (t *Tree) Resolve(name string) (string, error) {
	w, err := t.walk("realpath", name, true)
	return w.path(), err
}

// ResolveParent is Resolve for the directory of name only: the last element
// stays as written and need not exist, as dpkg sees the paths of a package.
func (t *Tree) ResolveParent(name string) (string, error) {
	w, err := t.place("realpath", name, false)
	return w.path(), err
}

// A step is where a walk through the tree has come to: a directory and a name
// in it, which may not exist yet.
type step struct {
	dir  *Node
	at   []string // names of the directories above, from the root
	name string   // "" for the root itself
	node *Node    // nil if there is nothing
}

func (s step) path() string {
	return "/" + path.Join(path.Join(s.at...), s.name)
}

// walk finds an existing node.
func (t *Tree) walk(op, name string, follow bool) (step, error) {
	s, err := t.place(op, name, follow)
	if err == nil && s.node == nil {
		err = fail(op, name, ErrNotExist)
	}
	if err != nil {
		return step{}, err
	}
	return s, nil
}

// place finds where name is or would be. All directories above must exist.
func (t *Tree) place(op, name string, follow bool) (step, error) {
	todo := split(name)
	mustDir := strings.HasSuffix(name, "/") || strings.HasSuffix(name, "/.")
	s := step{node: t.root}
	dirs := []*Node{} // the nodes of s.at
	for links := 0; len(todo) > 0; {
		elem := todo[0]
		todo = todo[1:]
		if s.node == nil {
			return step{}, fail(op, name, ErrNotExist)
		}
		if s.node.Kind != Directory {
			return step{}, fail(op, name, ErrNotDir)
		}
		if elem == ".." {
			s, dirs = up(t.root, s, dirs)
			continue
		}
		if len(elem) > maxName {
			return step{}, fail(op, name, ErrName)
		}
		if s.name != "" {
			s.at, dirs = append(s.at[:len(s.at):len(s.at)], s.name), append(dirs, s.dir)
		}
		next := s.node.children[elem]
		if next != nil && next.Kind == Symlink && (follow || mustDir || len(todo) > 0) {
			if links++; links > maxLinks {
				return step{}, fail(op, name, ErrLoop)
			}
			todo = append(split(next.Target), todo...)
			if strings.HasPrefix(next.Target, "/") {
				s, dirs = step{node: t.root}, nil
			} else if len(s.at) > 0 {
				last := len(s.at) - 1
				s = step{dir: dirs[last], at: s.at[:last], name: s.at[last], node: s.node}
				dirs = dirs[:last]
			} else {
				s = step{node: t.root}
			}
			continue
		}
		s = step{dir: s.node, at: s.at, name: elem, node: next}
	}
	if mustDir && s.node != nil && s.node.Kind != Directory {
		return step{}, fail(op, name, ErrNotDir)
	}
	return s, nil
}

// up takes one step towards the root.
func up(root *Node, s step, dirs []*Node) (step, []*Node) {
	if len(s.at) == 0 {
		return step{node: root}, nil
	}
	last := len(s.at) - 1
	parent := step{dir: dirs[last], at: s.at[:last], name: s.at[last], node: s.dir}
	return parent, dirs[:last]
}

// split returns the elements of a path without the empty and "." ones.
func split(name string) []string {
	elems := strings.Split(name, "/")
	kept := elems[:0]
	for _, e := range elems {
		if e != "" && e != "." {
			kept = append(kept, e)
		}
	}
	return kept
}

// Walk calls f for every path of the tree in byte order, a directory before
// what it holds, starting with "/". An error from f ends the walk.
func (t *Tree) Walk(f func(name string, n *Node) error) error {
	return walk("/", t.root, f)
}

// WalkFrom is Walk for the part of the tree at name.
func (t *Tree) WalkFrom(name string, f func(name string, n *Node) error) error {
	n, err := t.Lstat(name)
	if err != nil {
		return err
	}
	return walk(path.Join("/", name), n, f)
}

func walk(name string, n *Node, f func(string, *Node) error) error {
	if err := f(name, n); err != nil {
		return err
	}
	for _, child := range n.Names() {
		if c := n.children[child]; c != nil {
			if err := walk(path.Join(name, child), c, f); err != nil {
				return err
			}
		}
	}
	return nil
}
