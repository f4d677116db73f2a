package command

import "coen/tree"

// descend calls f for the file called name and, if it is a directory, for all
// below it, each with its path as the user wrote it; a directory comes before
// what it holds.
func (c *call) descend(name string, n *tree.Node, f func(name string, n *tree.Node)) {
	f(name, n)
	for _, child := range n.Names() {
		if m := n.Child(child); m != nil {
			c.descend(join(name, child), m, f)
		}
	}
}
