package squashfs

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
)

// An inode is a file, directory or other thing, which has one or more names.
type inode struct {
	header   Header
	data     *fileData // of a regular file
	names    uint32
	children []dirEntry // of a directory, sorted by name

	number  uint32 // 0 until numbered
	parent  uint32 // number of the parent, for directories
	listing listing
	ref     inodeRef
	written bool
}

type dirEntry struct {
	name string
	node *inode
}

// linkTree connects directories with what is in them and returns the root.
func linkTree(nodes map[string]*inode) (*inode, error) {
	root := nodes["."]
	if root == nil {
		return nil, errors.New(`the root directory "." was not added`)
	}
	if !root.header.Mode.IsDir() {
		return nil, errors.New(`the root "." is not a directory`)
	}
	for _, name := range slices.Sorted(maps.Keys(nodes)) {
		if name == "." {
			continue
		}
		dir := nodes[path.Dir(name)]
		if dir == nil {
			return nil, fmt.Errorf("%q: its directory was not added", name)
		}
		if !dir.header.Mode.IsDir() {
			return nil, fmt.Errorf("%q: %q is not a directory", name, path.Dir(name))
		}
		dir.children = append(dir.children, dirEntry{path.Base(name), nodes[name]})
	}
	for _, node := range nodes {
		slices.SortFunc(node.children, func(a, b dirEntry) int { return cmp.Compare(a.name, b.name) })
	}
	return root, nil
}

// number gives inode numbers from 1, the root's, and returns the last. What is in
// one directory has numbers in a row, so that its listing can tell them as small
// differences.
func number(root *inode) uint32 {
	root.number = 1
	last := uint32(1)
	var walk func(dir *inode)
	walk = func(dir *inode) {
		for _, e := range dir.children {
			if e.node.number == 0 {
				last++
				e.node.number = last
			}
		}
		for _, e := range dir.children {
			if e.node.header.Mode.IsDir() {
				e.node.parent = dir.number
				walk(e.node)
			}
		}
	}
	walk(root)
	return last
}
