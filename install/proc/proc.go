package proc

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"path"
	"slices"
	"strings"

	"coen/tree"
)

// A Func is the Go model of a command. It returns the exit status, 0 to 255. An
// error stops the build.
type Func func(*Proc) (status int, err error)

// A Machine is the world in which processes run.
type Machine struct {
	Tree *tree.Tree

	// Commands holds the models by name ("sed") or, for programs outside the
	// directories of PATH, by absolute path ("/usr/lib/dpkg/x"). A model
	// without a file in the tree is found only if it is in Builtin.
	Commands map[string]Func

	// Builtin names the models that need no file in the tree: those of the
	// shell, and stand-ins for programs the recipe leaves out on purpose.
	Builtin map[string]bool

	// Script runs the shell script at file, which the tree holds, as p. The
	// shell package sets it.
	Script func(p *Proc, file string) (int, error)

	// Before, if set, is shown every command about to run: file is the program
	// found, or the name alone if there is none. It may answer for the command.
	// A recipe's script rules and the journal of scripts hang on it.
	Before func(p *Proc, file string) (status int, answered bool)

	// Memo, if set, is where commands may keep what they computed from content.
	Memo Memo

	Arch     string // Debian architecture of the image, "amd64"
	Hostname string // what hostname and uname -n say
	Kernel   string // what uname -r says: the kernel of the image
}

// A Memo keeps results under keys that are digests of all they depend on. Its
// methods may be called concurrently.
type Memo interface {
	Get(key [32]byte) (value []byte, ok bool)
	Put(key [32]byte, value []byte)
}

// Epoch returns the time at which the machine's clock stands, in seconds since
// 1970-01-01 UTC.
func (m *Machine) Epoch() int64 { return m.Tree.Epoch() }

// A File is an open file description. One of both sides may be nil.
type File struct {
	R io.Reader
	W io.Writer
}

// A Proc is a running command.
type Proc struct {
	*Machine
	Args  []string          // Args[0] is the name it was called by
	Env   map[string]string // exported variables
	Dir   string            // working directory, absolute
	Umask uint32
	Files map[int]*File // open file descriptors
}

// Child returns a process with the given arguments and the parent's
// environment, directory, umask and files, which the child may change freely.
func (p *Proc) Child(args ...string) *Proc {
	return &Proc{
		Machine: p.Machine,
		Args:    slices.Clone(args),
		Env:     maps.Clone(p.Env),
		Dir:     p.Dir,
		Umask:   p.Umask,
		Files:   maps.Clone(p.Files),
	}
}

// Stdin returns descriptor 0; a closed one reads as empty.
func (p *Proc) Stdin() io.Reader {
	if f := p.Files[0]; f != nil && f.R != nil {
		return f.R
	}
	return strings.NewReader("")
}

// Stdout returns descriptor 1; writing to a closed one fails.
func (p *Proc) Stdout() io.Writer { return p.out(1) }

// Stderr returns descriptor 2; writing to a closed one fails.
func (p *Proc) Stderr() io.Writer { return p.out(2) }

func (p *Proc) out(fd int) io.Writer {
	if f := p.Files[fd]; f != nil && f.W != nil {
		return f.W
	}
	return closed{}
}

type closed struct{}

func (closed) Write([]byte) (int, error) { return 0, errors.New("Bad file descriptor") }

// Path makes name absolute, as seen from the working directory.
func (p *Proc) Path(name string) string {
	if strings.HasPrefix(name, "/") {
		return name
	}
	// path.Join would resolve ".." before symbolic links; a plain join keeps
	// them for the tree.
	return strings.TrimSuffix(p.Dir, "/") + "/" + name
}

// Errorf writes "name: message" and a newline to standard error and returns
// status 1, for use as a command's last statement.
func (p *Proc) Errorf(format string, args ...any) (int, error) {
	fmt.Fprintf(p.Stderr(), "%s: %s\n", path.Base(p.Args[0]), fmt.Sprintf(format, args...))
	return 1, nil
}

// Unmodelled reports something that a real system could do and COEN does not
// know how to do. What names it: `unknown command "foo"`, `sed: command "l"`.
type Unmodelled struct{ What string }

func (e *Unmodelled) Error() string { return e.What }

// Unmodelledf returns an *Unmodelled that names the command p runs.
func (p *Proc) Unmodelledf(format string, args ...any) error {
	return &Unmodelled{path.Base(p.Args[0]) + ": " + fmt.Sprintf(format, args...)}
}
