package command

import "coen/tree"

const tempfileOptions = "d,directory: m,mode: n,name: p,prefix: s,suffix:"

// tempfile is that of debianutils, with names from the same counter as mktemp.
func (k *counter) tempfile(c *call) int {
	mode, ok := uint32(0o600), true
	if c.has("m") {
		mode, ok = parseOctal(c.value("m"))
	}
	if !ok {
		return c.failf("Invalid mode '%s'.  Mode must be octal.", c.value("m"))
	}
	name := c.value("n")
	prefix := "file"
	if p := c.value("p"); p != "" {
		prefix = p[:min(len(p), 5)]
	}
	for name == "" {
		dir := c.value("d")
		if env := c.Env["TMPDIR"]; env != "" {
			dir = env
		}
		if dir == "" {
			dir = "/tmp"
		}
		candidate := join(dir, prefix+k.next(6)+c.value("s"))
		if _, err := c.lstat(candidate); err != nil {
			name = candidate
		}
	}
	if _, err := c.lstat(name); err == nil {
		return c.failf("open: %s", tree.ErrExist)
	}
	err := c.Tree.Put(c.Path(name), &tree.Node{Kind: tree.Regular, Mode: mode &^ c.Umask, ModTime: c.Epoch()})
	if err != nil {
		return c.failf("open: %s", reason(err))
	}
	c.printf("%s\n", name)
	return 0
}
