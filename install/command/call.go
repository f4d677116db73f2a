package command

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"coen/install/proc"
	"coen/tree"
)

// A model is a command: the options it knows, in the notation of parseOptions,
// and what it does.
type model struct {
	options string
	run     func(*call) int
}

// A call is a command while it runs. Its standard output is buffered, as C's
// stdio does when it is not a terminal.
type call struct {
	*proc.Proc
	arguments
	out   *bufio.Writer
	fatal error // the first error that must end the build
}

// function turns a model into what a proc.Machine wants.
func (m model) function() proc.Func {
	known := parseOptions(m.options)
	return func(p *proc.Proc) (int, error) {
		args, err := known.parse(p)
		if err != nil {
			return 0, err
		}
		c := &call{Proc: p, arguments: args, out: bufio.NewWriter(p.Stdout())}
		status := m.run(c)
		if err := c.out.Flush(); err != nil && status == 0 {
			status = c.failf("write error: %s", reason(err))
		}
		return status, c.fatal
	}
}

// name returns the name the command was called by, without directories.
func (c *call) name() string { return path.Base(c.Args[0]) }

// printf writes to standard output.
func (c *call) printf(format string, args ...any) { fmt.Fprintf(c.out, format, args...) }

// failf writes "name: message" to standard error and returns status 1.
func (c *call) failf(format string, args ...any) int {
	status, _ := c.Errorf(format, args...)
	return status
}

// misuse is failf followed by the hint that GNU programs give on wrong usage.
func (c *call) misuse(format string, args ...any) int {
	c.failf(format, args...)
	fmt.Fprintf(c.Stderr(), "Try '%s --help' for more information.\n", c.name())
	return 1
}

// missing complains that operands are missing after those given.
func (c *call) missing() int {
	switch len(c.operands) {
	case 0:
		return c.misuse("missing operand")
	case 1:
		return c.misuse("missing destination file operand after %s", quote(c.operands[0]))
	}
	return c.misuse("extra operand %s", quote(c.operands[len(c.operands)-1]))
}

// extra complains about the operands from index max on and reports whether
// there were any.
func (c *call) extra(max int) bool {
	if len(c.operands) <= max {
		return false
	}
	c.misuse("extra operand %s", quote(c.operands[max]))
	return true
}

// stop notes an error that ends the build once the command returns.
func (c *call) stop(err error) int {
	if c.fatal == nil {
		c.fatal = err
	}
	return 1
}

// unmodelled is stop for something the model does not know.
func (c *call) unmodelled(format string, args ...any) int {
	return c.stop(c.Unmodelledf(format, args...))
}

// execute runs another program with the call's streams and returns its status;
// found is false if there is no such program.
func (c *call) execute(args ...string) (status int, found bool) {
	child := c.Child(args...)
	return c.start(child)
}

// start runs the process child.
func (c *call) start(child *proc.Proc) (status int, found bool) {
	c.out.Flush()
	if _, ok := child.Find(child.Args[0]); !ok {
		return proc.NotFound, false
	}
	status, err := child.Run()
	if err != nil {
		c.stop(err)
	}
	return status, true
}

// lookup and lstat are stat(2) and lstat(2) for an operand.
func (c *call) lookup(name string) (*tree.Node, error) { return c.inode(name, c.Tree.Lookup) }

func (c *call) lstat(name string) (*tree.Node, error) { return c.inode(name, c.Tree.Lstat) }

func (c *call) inode(name string, find func(string) (*tree.Node, error)) (*tree.Node, error) {
	if name == "" {
		return nil, tree.ErrNotExist
	}
	n, err := find(c.Path(name))
	if file := path.Clean(c.Path(name)); err != nil && isStream(file) {
		return cmp.Or(devices[file], aStream), nil
	}
	return n, err
}

func (c *call) isDir(name string) bool {
	n, err := c.lookup(name)
	return err == nil && n.Kind == tree.Directory
}

// same reports whether both names lead to one inode.
func (c *call) same(a, b string) bool {
	x, err := c.lookup(a)
	if err != nil {
		return false
	}
	y, err := c.lookup(b)
	return err == nil && x == y
}

// reason returns the text of strerror(3) within err.
func reason(err error) string {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err.Error()
	}
	return err.Error()
}

// quote returns name as GNU programs quote file names in messages.
func quote(name string) string {
	if !strings.Contains(name, "'") {
		return "'" + name + "'"
	}
	if !strings.ContainsAny(name, "\"$`\\!") {
		return `"` + name + `"`
	}
	return "'" + strings.ReplaceAll(name, "'", `'\''`) + "'"
}

// join appends name to a directory as written by the user.
func join(dir, name string) string {
	if strings.HasSuffix(dir, "/") {
		return dir + name
	}
	return dir + "/" + name
}

// base returns the last element of a path operand, without trailing slashes.
func base(name string) string {
	trimmed := strings.TrimRight(name, "/")
	if trimmed == "" && name != "" {
		return "/"
	}
	return trimmed[strings.LastIndexByte(trimmed, '/')+1:]
}
