package command

import (
	"errors"
	"io"
	"path"
	"strings"

	"coen/tree"
)

// errNoTerminal is ENXIO, what opening /dev/tty gives without a terminal.
var errNoTerminal = errors.New("No such device or address")

// descriptors are the names of a process's own streams.
var descriptors = map[string]int{
	"/dev/stdin": 0, "/dev/stdout": 1, "/dev/stderr": 2,
	"/dev/fd/0": 0, "/dev/fd/1": 1, "/dev/fd/2": 2,
	"/proc/self/fd/0": 0, "/proc/self/fd/1": 1, "/proc/self/fd/2": 2,
}

// read returns the content of a file operand; "-" is standard input. The
// caller must not change it.
func (c *call) read(name string) ([]byte, error) {
	if name == "-" {
		return io.ReadAll(c.Stdin())
	}
	return c.readFile(name)
}

// readFile is read where "-" is a name like any other.
func (c *call) readFile(name string) ([]byte, error) {
	if name == "" {
		return nil, tree.ErrNotExist
	}
	full := path.Clean(c.Path(name))
	if fd, ok := descriptors[full]; ok {
		f := c.Files[fd]
		if f == nil || f.R == nil {
			return nil, tree.ErrNotExist
		}
		return io.ReadAll(f.R)
	}
	if special, err := c.device(full); special {
		return nil, err
	}
	n, err := c.Tree.Lookup(full)
	if err == nil && n.Kind != tree.Regular && n.Kind != tree.Directory {
		return nil, c.special(full)
	}
	return c.Tree.ReadFile(c.Path(name))
}

// write gives a file operand new content, making it if need be.
func (c *call) write(name string, data []byte) error {
	if name == "" {
		return tree.ErrNotExist
	}
	full := path.Clean(c.Path(name))
	if fd, ok := descriptors[full]; ok {
		return c.writeTo(fd, data)
	}
	if special, err := c.device(full); special {
		return err
	}
	n, err := c.Tree.Lookup(full)
	switch {
	case err == nil && n.Kind != tree.Regular && n.Kind != tree.Directory:
		return c.special(full)
	case err != nil && strings.HasSuffix(name, "/"):
		return tree.ErrIsDir
	}
	return c.Tree.WriteFile(c.Path(name), data, 0o666&^c.Umask)
}

func (c *call) writeTo(fd int, data []byte) error {
	if fd == 1 {
		_, err := c.out.Write(data)
		return err
	}
	f := c.Files[fd]
	if f == nil || f.W == nil {
		return tree.ErrNotExist
	}
	_, err := f.W.Write(data)
	return err
}

// devices are the character devices that every system has, whether or not the
// tree holds them.
var devices = map[string]*tree.Node{
	"/dev/null":    {Kind: tree.CharDevice, Mode: 0o666, Major: 1, Minor: 3},
	"/dev/zero":    {Kind: tree.CharDevice, Mode: 0o666, Major: 1, Minor: 5},
	"/dev/full":    {Kind: tree.CharDevice, Mode: 0o666, Major: 1, Minor: 7},
	"/dev/random":  {Kind: tree.CharDevice, Mode: 0o666, Major: 1, Minor: 8},
	"/dev/urandom": {Kind: tree.CharDevice, Mode: 0o666, Major: 1, Minor: 9},
	"/dev/tty":     {Kind: tree.CharDevice, Mode: 0o666, Major: 5, Minor: 0},
}

// aStream is what the name of a descriptor leads to.
var aStream = &tree.Node{Kind: tree.CharDevice, Mode: 0o620, Major: 136}

// isStream reports whether a path, which is clean, names a descriptor or one of
// the devices.
func isStream(file string) bool {
	_, ok := descriptors[file]
	return ok || devices[file] != nil
}

// device reports whether file is one of the devices, and what comes of opening
// it.
func (c *call) device(file string) (special bool, err error) {
	switch {
	case devices[file] == nil:
		return false, nil
	case file == "/dev/null":
		return true, nil
	case file == "/dev/tty":
		return true, errNoTerminal
	}
	return true, c.special(file)
}

// special stops the build: nobody can say what a device or fifo holds.
func (c *call) special(file string) error {
	err := c.Unmodelledf("opening %q", file)
	c.stop(err)
	return err
}

// inputs calls f with the content of every file operand, or of standard input
// if there is none. It complains about those that cannot be read and returns
// the command's status.
func (c *call) inputs(names []string, f func(name string, data []byte)) int {
	if len(names) == 0 {
		names = []string{"-"}
	}
	status := 0
	for _, name := range names {
		data, err := c.read(name)
		if err != nil {
			status = c.failf("%s: %s", name, reason(err))
			continue
		}
		f(name, data)
	}
	return status
}

// records divides data into pieces that end with the byte end, which the last
// piece may lack. The pieces hold their end.
func records(data []byte, end byte) [][]byte {
	var all [][]byte
	for len(data) > 0 {
		n := indexAfter(data, end)
		all = append(all, data[:n])
		data = data[n:]
	}
	return all
}

func indexAfter(data []byte, end byte) int {
	for i, b := range data {
		if b == end {
			return i + 1
		}
	}
	return len(data)
}
