package command

import "coen/tree"

// A destination is where cp, mv, ln or install put their sources: one file, or
// a directory into which they go under their own names.
type destination struct {
	path string
	dir  bool
}

// of returns the path that source gets.
func (d destination) of(source string) string {
	if d.dir {
		return join(d.path, base(source))
	}
	return d.path
}

// destination divides the operands into sources and destination by the rules
// that cp, mv, ln and install share, heeding -t and -T. With follow, a symbolic
// link to a directory counts as one. On misuse it complains and returns a
// status other than 0.
func (c *call) destination(follow bool) (sources []string, d destination, status int) {
	names := c.operands
	if len(names) == 0 {
		return nil, d, c.misuse("missing file operand")
	}
	if dir := c.value("t"); c.has("t") {
		if why := c.notDir(dir); why != nil {
			return nil, d, c.failf("target directory %s: %s", quote(dir), why)
		}
		return names, destination{dir, true}, 0
	}
	if len(names) == 1 {
		return nil, d, c.misuse("missing destination file operand after %s", quote(names[0]))
	}
	sources, target := names[:len(names)-1], names[len(names)-1]
	if c.has("T") {
		if c.extra(2) {
			return nil, d, 1
		}
		return sources, destination{target, false}, 0
	}
	if n, err := c.lstat(target); err == nil && n.Kind == tree.Symlink && !follow {
		return sources, destination{target, false}, 0
	}
	if c.isDir(target) {
		return sources, destination{target, true}, 0
	}
	if len(sources) > 1 {
		return nil, d, c.failf("target %s: %s", quote(target), c.notDir(target))
	}
	return sources, destination{target, false}, 0
}

// notDir tells why name is not a directory, nil if it is one.
func (c *call) notDir(name string) error {
	n, err := c.lookup(name)
	if err != nil {
		return errorText(reason(err))
	}
	if n.Kind != tree.Directory {
		return tree.ErrNotDir
	}
	return nil
}

type errorText string

func (e errorText) Error() string { return string(e) }
