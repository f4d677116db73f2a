package proc

import (
	"bytes"
	"errors"
	"fmt"
	"path"
	"strings"

	"coen/tree"
)

// The statuses of POSIX for commands that could not be run.
const (
	NotExecutable = 126
	NotFound      = 127
)

// Find returns the absolute path of the program called name, searching the
// directories of p's PATH as execvp does, and false if there is none. A name in
// Builtin that the tree lacks is returned as it is.
func (p *Proc) Find(name string) (string, bool) {
	if strings.Contains(name, "/") {
		return p.Path(name), p.executable(p.Path(name))
	}
	for dir := range strings.SplitSeq(p.Env["PATH"], ":") {
		if file := path.Join("/", p.Path(dir), name); dir != "" && p.executable(file) {
			return file, true
		}
	}
	return name, p.Builtin[name]
}

func (p *Proc) executable(file string) bool {
	n, err := p.Tree.Lookup(file)
	return err == nil && n.Kind == tree.Regular && n.Mode&0o111 != 0
}

// Run executes p as execve(2) would, after a search of PATH: a modelled command
// by its model, a shell script by the interpreter, anything else stops the
// build with an *Unmodelled error. A command that does not exist is status 127
// and a message, as in a shell.
func (p *Proc) Run() (int, error) {
	if len(p.Args) == 0 {
		return 0, nil
	}
	file, ok := p.Find(p.Args[0])
	if p.Before != nil {
		if status, answered := p.Before(p, file); answered {
			return status, nil
		}
	}
	if !ok {
		return p.cannot(file)
	}
	if f := p.model(file); f != nil {
		return f(p)
	}
	return p.interpret(file)
}

func (p *Proc) cannot(file string) (int, error) {
	if p.Tree.Exists(p.Path(file)) && strings.Contains(file, "/") {
		fmt.Fprintf(p.Stderr(), "sh: %s: Permission denied\n", p.Args[0])
		return NotExecutable, nil
	}
	fmt.Fprintf(p.Stderr(), "sh: %s: not found\n", p.Args[0])
	return NotFound, nil
}

// programDirs are the directories whose programs are known by their last name.
var programDirs = map[string]bool{
	"/bin": true, "/sbin": true, "/usr/bin": true, "/usr/sbin": true,
	"/usr/local/bin": true, "/usr/local/sbin": true,
}

// model finds the Func for the program at file. A symbolic link answers to its
// own name first, as busybox-like programs and alternatives do, then to the name
// of what it leads to.
func (p *Proc) model(file string) Func {
	if f := p.named(file); f != nil {
		return f
	}
	real, err := p.Tree.Resolve(file)
	if err != nil || real == file {
		return nil
	}
	return p.named(real)
}

func (p *Proc) named(file string) Func {
	if f := p.Commands[file]; f != nil {
		return f
	}
	if dir := path.Dir(file); programDirs[dir] {
		return p.Commands[path.Base(file)]
	}
	return nil
}

var errNoScript = errors.New("no shell to run scripts with")

// interpret runs the shell script at file.
func (p *Proc) interpret(file string) (int, error) {
	body, err := p.Tree.ReadFile(file)
	if err != nil {
		return p.Errorf("%v", err)
	}
	interpreter := Shebang(body)
	switch path.Base(interpreter) {
	case "sh", "dash", "bash":
	default:
		return 0, &Unmodelled{fmt.Sprintf("unknown command %q (%s)", p.Args[0], describe(body, interpreter))}
	}
	if p.Script == nil {
		return 0, errNoScript
	}
	return p.Script(p, file)
}

// Shebang returns the interpreter in the first line of a script, the program
// itself where it is called through env, and "" if there is none.
func Shebang(body []byte) string {
	line, _, _ := bytes.Cut(body, []byte("\n"))
	rest, ok := bytes.CutPrefix(line, []byte("#!"))
	if !ok {
		return ""
	}
	words := strings.Fields(string(rest))
	if len(words) > 1 && path.Base(words[0]) == "env" {
		return words[1]
	}
	if len(words) == 0 {
		return ""
	}
	return words[0]
}

func describe(body []byte, interpreter string) string {
	switch {
	case interpreter != "":
		return "a script for " + interpreter
	case bytes.HasPrefix(body, []byte("\x7fELF")):
		return "an ELF program"
	}
	return "neither ELF nor script"
}
