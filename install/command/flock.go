package command

import "coen/tree"

const flockOptions = "+ s,shared x,e,exclusive u,unlock n,nb,nonblock w,wait,timeout: E,conflict-exit-code: " +
	"o,close F,no-fork c,command: verbose"

// flock always gets the lock, since nobody else runs.
func flock(c *call) int {
	if len(c.operands) == 0 {
		c.misuse("not enough arguments")
		return 64
	}
	name, command := c.operands[0], c.operands[1:]
	if len(command) == 0 && !c.has("c") {
		fd, ok := atoi(name)
		switch {
		case !ok:
			c.failf("bad file descriptor: %s", quote(name))
			return 64
		case c.Files[fd] == nil:
			c.failf("%d: Bad file descriptor", fd)
			return 65
		}
		return 0
	}
	if _, err := c.lookup(name); err != nil {
		if err := c.Tree.Put(c.Path(name), &tree.Node{Kind: tree.Regular, Mode: 0o666 &^ c.Umask, ModTime: c.Epoch()}); err != nil {
			c.failf("cannot open lock file %s: %s", name, reason(err))
			return 66
		}
	}
	if len(command) == 2 && command[0] == "-c" {
		command = []string{"/bin/sh", "-c", command[1]}
	}
	if c.has("c") {
		command = []string{"/bin/sh", "-c", c.value("c")}
	}
	status, found := c.execute(command...)
	if !found {
		c.failf("failed to execute %s: No such file or directory", command[0])
		return 69
	}
	return status
}
