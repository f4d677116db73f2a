package image

import (
	"fmt"
	"path"

	"coen/tree"
)

// A Program is one of our own, compiled from this repository.
type Program struct {
	Name    string
	Content []byte
	Names   []string // further names, which become links
}

// bin is where programs lie.
const bin = "/usr/bin"

// place puts programs into the tree, under names that no package has taken.
func place(t *tree.Tree, programs []Program) error {
	defer t.By(t.Author())
	for _, p := range programs {
		t.By(tree.Author{Kind: tree.ByTool, Name: "COEN", Detail: "program " + p.Name})
		err := add(t, p.Name, &tree.Node{Kind: tree.Regular, Mode: 0o755, Content: tree.Bytes(p.Content)})
		if err != nil {
			return err
		}
		for _, name := range p.Names {
			if err := add(t, name, &tree.Node{Kind: tree.Symlink, Mode: 0o777, Target: p.Name}); err != nil {
				return err
			}
		}
	}
	return nil
}

func add(t *tree.Tree, name string, n *tree.Node) error {
	file := path.Join(bin, name)
	if old, err := t.Lstat(file); err == nil {
		return fmt.Errorf("program %s: %s has been made by %s", name, file, old.Made)
	}
	n.ModTime = t.Epoch()
	return t.Put(file, n)
}
