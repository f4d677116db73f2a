package image

import (
	"fmt"
	"maps"
	"slices"

	"coen/tree"
)

// A Program is one of our own, compiled from this repository.
type Program struct {
	Name    string
	Content []byte
	Names   []string          // further names, which become links
	Pages   map[string][]byte // manual pages of section 1, by file name
}

// Where programs and their manual pages lie.
const (
	bin  = "/usr/bin/"
	man1 = "/usr/share/man/man1/"
)

// place puts programs into the tree, under names that no package has taken.
func place(t *tree.Tree, programs []Program) error {
	defer t.By(t.Author())
	for _, p := range programs {
		t.By(tree.Author{Kind: tree.ByTool, Name: "COEN", Detail: "program " + p.Name})
		if err := p.place(t); err != nil {
			return fmt.Errorf("program %s: %w", p.Name, err)
		}
	}
	return nil
}

func (p Program) place(t *tree.Tree) error {
	err := add(t, bin+p.Name, &tree.Node{Kind: tree.Regular, Mode: 0o755, Content: tree.Bytes(p.Content)})
	if err != nil {
		return err
	}
	for _, name := range p.Names {
		if err := add(t, bin+name, &tree.Node{Kind: tree.Symlink, Mode: 0o777, Target: p.Name}); err != nil {
			return err
		}
	}
	if len(p.Pages) == 0 {
		return nil
	}
	if err := t.MkdirAll(man1, 0o755); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(p.Pages)) {
		if err := add(t, man1+name, &tree.Node{Kind: tree.Regular, Mode: 0o644, Content: tree.Bytes(p.Pages[name])}); err != nil {
			return err
		}
	}
	return nil
}

func add(t *tree.Tree, file string, n *tree.Node) error {
	if old, err := t.Lstat(file); err == nil {
		return fmt.Errorf("%s has been made by %s", file, old.Made)
	}
	n.ModTime = t.Epoch()
	return t.Put(file, n)
}
