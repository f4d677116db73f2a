package command

import (
	"path"
	"strings"

	"coen/tree"
)

// find lists directories in byte order, where a real file system has an order
// of its own.
func find(c *call) int {
	f := &finding{call: c, max: -1}
	rest := f.leading(c.operands)
	n := 0
	for n < len(rest) && !startsExpression(rest[n]) {
		n++
	}
	starts := rest[:n]
	if n == 0 {
		starts = []string{"."}
	}
	if err := f.parse(rest[n:]); err != nil {
		if c.fatal != nil {
			return 1
		}
		return c.failf("%v", err)
	}
	for _, start := range starts {
		f.start(start)
	}
	f.finish()
	return f.status
}

// leading takes the options that come before the starting points.
func (f *finding) leading(args []string) []string {
	for len(args) > 0 {
		switch args[0] {
		case "-H", "-L", "-P":
			f.follow = args[0][1]
		case "-O0", "-O1", "-O2", "-O3":
		default:
			return args
		}
		args = args[1:]
	}
	return args
}

func startsExpression(arg string) bool {
	return len(arg) > 1 && arg[0] == '-' || arg == "(" || arg == "!" || arg == ")" || arg == ","
}

// finding is one run of find.
type finding struct {
	*call
	follow   byte // 'H', 'L' or 'P'; 0 means 'P'
	min, max int  // depths; max < 0 means without limit
	depth    bool // what a directory holds comes before it
	expr     predicate
	acts     bool // an action was given, so that -print is not implied
	batches  []*batch
	status   int
	quit     bool
}

// A visit is the file that find is at.
type visit struct {
	name  string // with the starting point as given
	start string
	depth int
	node  *tree.Node // the symbolic link itself unless followed
	prune bool
}

// start visits everything below a starting point.
func (f *finding) start(start string) {
	n, err := f.lstat(start)
	if err == nil && n.Kind == tree.Symlink && (f.follow == 'H' || f.follow == 'L') {
		if followed, err := f.lookup(start); err == nil {
			n = followed
		}
	}
	if err != nil {
		f.status = f.failf("%s: %s", quote(start), reason(err))
		return
	}
	f.visit(&visit{name: start, start: start, node: n})
}

func (f *finding) visit(v *visit) {
	if f.quit || f.fatal != nil {
		return
	}
	wanted := v.depth >= f.min
	if wanted && !f.depth {
		f.expr(v)
	}
	isDir := v.node.Kind == tree.Directory
	if isDir && !v.prune && !f.quit && (f.max < 0 || v.depth < f.max) {
		f.children(v)
	}
	if wanted && f.depth && !f.quit {
		f.expr(v)
	}
}

func (f *finding) children(v *visit) {
	// The expression may have removed or replaced the directory.
	if n, err := f.lookup(v.name); err != nil || n != v.node {
		f.status = f.failf("%s: %s", quote(v.name), tree.ErrNotExist)
		return
	}
	for _, name := range v.node.Names() {
		child := v.node.Child(name)
		if child == nil {
			continue
		}
		full := join(v.name, name)
		if child.Kind == tree.Symlink && f.follow == 'L' {
			if followed, err := f.lookup(full); err == nil && !f.loops(full, followed) {
				child = followed
			}
		}
		f.visit(&visit{name: full, start: v.start, depth: v.depth + 1, node: child})
	}
}

// loops reports whether a followed link leads to a directory above it.
func (f *finding) loops(name string, n *tree.Node) bool {
	for dir := path.Dir(name); ; dir = path.Dir(dir) {
		if above, err := f.lookup(dir); err == nil && above == n {
			f.status = f.failf("File system loop detected; %s is part of the same file system loop as %s.",
				quote(name), quote(dir))
			return true
		}
		if dir == "." || dir == "/" {
			return false
		}
	}
}

// finish runs what -exec ... + has collected.
func (f *finding) finish() {
	for _, b := range f.batches {
		b.flush(f)
	}
}

// base returns the last element of a visit's name, as -name sees it.
func (v *visit) base() string {
	if trimmed := strings.TrimRight(v.name, "/"); trimmed != "" {
		return path.Base(trimmed)
	}
	return "/"
}
