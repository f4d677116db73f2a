package shell

import (
	"errors"
	"maps"
	"path"

	"coen/install/proc"
)

// MaxSteps is the default of Interpreter.MaxSteps. The longest maintainer
// script of Debian 13 takes a few hundred thousand.
const MaxSteps = 50_000_000

// What one script may use. The limits are far above anything a maintainer
// script needs; they turn a script that runs away into an error.
const (
	maxDepth  = 5000     // commands within commands, functions and scripts
	maxShells = 200      // scripts called by scripts
	maxOutput = 64 << 20 // bytes in one pipe or command substitution
	maxSource = 16 << 20 // bytes of one script
	maxFrames = 100_000  // calls within calls of the parser
	maxValue  = 16 << 20 // bytes of one variable
	maxFields = 1 << 20  // arguments of one command
)

var (
	errEndless = errors.New("the script does not end")
	errNested  = errors.New("commands nested too deep")
)

// An Interpreter runs shell scripts on a machine. Make one with New.
type Interpreter struct {
	// MaxSteps bounds the work of one script with all it calls, in commands,
	// loop rounds and blocks of text handled. A script that needs more is
	// taken to be endless and stops the build.
	MaxSteps int64

	steps  int64
	depth  int
	shells int
	fatal  error // what an output found wrong while a command wrote to it
}

// New makes an interpreter for m: it sets m.Script and adds the models of sh,
// dash and bash to m.Commands.
func New(m *proc.Machine) *Interpreter {
	in := &Interpreter{MaxSteps: MaxSteps}
	m.Script = in.Run
	if m.Commands == nil {
		m.Commands = map[string]proc.Func{}
	}
	maps.Copy(m.Commands, in.Table())
	return in
}

// Run runs the script at file, which the tree holds, as the process p: p.Args
// are its name and arguments. The first line of the file decides between the
// rules of dash and of bash and may carry options, as in "#!/bin/sh -e". The
// status is that of the script; the error is not nil if the build must stop,
// and then starts with the place in the script.
func (in *Interpreter) Run(p *proc.Proc, file string) (int, error) {
	body, err := p.Tree.ReadFile(file)
	if err != nil {
		return p.Errorf("%v", err)
	}
	interpreter, options := shebang(body)
	sh := in.process(p, path.Base(interpreter) == "bash")
	sh.name, sh.label = p.Args[0], path.Base(file)
	sh.params = p.Args[1:]
	if _, err := sh.setOptions(options); err != nil {
		return sh.end(err)
	}
	return in.run(sh, string(body))
}

// run executes source as the whole life of the process sh.
func (in *Interpreter) run(sh *shell, source string) (int, error) {
	if in.depth == 0 {
		in.steps, in.fatal = 0, nil
	}
	in.shells++
	defer func() { in.shells-- }()
	if in.shells > maxShells {
		return 0, errNested
	}
	defer sh.proc.Tree.By(sh.author)
	return sh.end(sh.execute(source, &run{s: sh, script: true}))
}

// step accounts for n units of work.
func (in *Interpreter) step(n int) error {
	in.steps += int64(n)
	if in.steps > in.MaxSteps {
		return errEndless
	}
	return in.fatal
}

// enter goes one level down in nested commands; every enter that succeeds needs
// its leave.
func (in *Interpreter) enter() error {
	if in.depth >= maxDepth {
		return errNested
	}
	in.depth++
	return nil
}

func (in *Interpreter) leave() { in.depth-- }
