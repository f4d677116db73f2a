package shell

import (
	"coen/install/proc"
	"coen/tree"
)

// compareFiles evaluates -nt, -ot and -ef. To bash a file is newer than one that
// does not exist.
func compareFiles(p *proc.Proc, left, op, right string, bash bool) bool {
	a, b := stat(p, left), stat(p, right)
	if a == nil || b == nil {
		return bash && (op == "-nt" && a != nil || op == "-ot" && b != nil)
	}
	switch op {
	case "-nt":
		return a.ModTime > b.ModTime
	case "-ot":
		return a.ModTime < b.ModTime
	}
	return a == b
}

// fileTest evaluates a test about the file n, which is nil if there is none.
func fileTest(op byte, n *tree.Node) bool {
	if n == nil {
		return false
	}
	switch op {
	case 'b':
		return n.Kind == tree.BlockDevice
	case 'c':
		return n.Kind == tree.CharDevice
	case 'd':
		return n.Kind == tree.Directory
	case 'f':
		return n.Kind == tree.Regular
	case 'p':
		return n.Kind == tree.Fifo
	case 'S', 'N':
		return false
	case 's':
		return n.Kind == tree.Directory || n.Size() > 0
	case 'g':
		return n.Mode&0o2000 != 0
	case 'k':
		return n.Mode&0o1000 != 0
	case 'u':
		return n.Mode&0o4000 != 0
	case 'x':
		return n.Kind == tree.Directory || n.Mode&0o111 != 0
	case 'O':
		return n.UID == 0
	case 'G':
		return n.GID == 0
	}
	return true // -e; and root may read and write everything
}

// stat returns the node name leads to, or nil. The devices that redirections
// know exist even where the tree has no node for them.
func stat(p *proc.Proc, name string) *tree.Node {
	if name == "" {
		return nil
	}
	if n, err := p.Tree.Lookup(p.Path(name)); err == nil {
		return n
	}
	switch name {
	case "/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty":
		return &tree.Node{Kind: tree.CharDevice, Mode: 0o666}
	}
	return nil
}
