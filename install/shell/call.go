package shell

import (
	"errors"
	"maps"

	"mvdan.cc/sh/v3/syntax"

	"coen/install/proc"
)

// withAssigns runs f with assignments that hold, exported, only meanwhile.
func (s *shell) withAssigns(assigns []*syntax.Assign, f func() error) error {
	if len(assigns) == 0 {
		return f()
	}
	temporary := &scope{old: map[string]*variable{}}
	s.locals = append(s.locals, temporary)
	defer s.leaveScope()
	for _, a := range assigns {
		s.makeLocal(temporary, a.Name.Value)
	}
	if err := s.assignAll(assigns, exported); err != nil {
		return err
	}
	temporary.transparent = true
	return f()
}

// A call is a command found by its name.
type call struct {
	args     []string
	tested   bool
	function *function
	builtin  builtin
	special  bool // a special builtin (XCU 2.14)
	keeps    bool // its redirections stay
}

// operands are the arguments of a builtin, without the -- that may stand before
// them.
func (c *call) operands() []string {
	if len(c.args) > 1 && c.args[1] == "--" {
		return c.args[2:]
	}
	return c.args[1:]
}

// resolve finds what call.args[0] is: special builtins first, then functions,
// builtins and programs.
func (s *shell) resolve(c *call) {
	name := c.args[0]
	if f := s.builtin(name); f != nil && specials[name] {
		c.builtin, c.special = f, true
		c.keeps = name == "exec" && len(c.args) == 1
		return
	}
	if c.function = s.funcs[name]; c.function != nil {
		return
	}
	c.builtin = s.builtin(name)
	if name == "command" && commandName(c.args) == "exec" {
		c.keeps = len(c.args) == 2
	}
}

// run executes a resolved command and sets s.status.
func (s *shell) run(c *call) error {
	switch {
	case c.function != nil:
		return s.callFunction(c)
	case c.builtin != nil:
		return s.runBuiltin(c)
	}
	return s.external(c.args)
}

func (s *shell) runBuiltin(c *call) error {
	status, err := c.builtin(s, c)
	if jumpOf(err, failed) != nil && (!c.special || s.bash) {
		var j *jump
		errors.As(err, &j)
		status, err = j.status, nil
	}
	if err == nil {
		s.status = status
		err = s.in.fatal
	}
	return err
}

func (s *shell) callFunction(c *call) error {
	if err := s.in.enter(); err != nil {
		return err
	}
	defer s.in.leave()
	f := c.function
	params, loops, base, label, getopt := s.params, s.loops, s.base, s.label, s.getopt
	s.params, s.loops, s.base, s.label = c.args[1:], 0, f.base, f.file
	s.getopt = getoptState{}
	s.locals = append(s.locals, &scope{old: map[string]*variable{}})
	s.callers = append(s.callers, caller{c.args[0], f.source})
	err := s.stmt(f.body, c.tested)
	s.callers = s.callers[:len(s.callers)-1]
	s.leaveScope()
	s.params, s.loops, s.base, s.label, s.getopt = params, loops, base, label, getopt
	if j := jumpOf(err, returnCall); j != nil {
		s.status, err = j.status, nil
	}
	return err
}

// external runs a program of the tree.
func (s *shell) external(args []string) error {
	if err := s.in.enter(); err != nil {
		return err
	}
	defer s.in.leave()
	status, err := s.child(args).Run()
	if err == nil {
		s.status = status & 0xff
		err = s.in.fatal
	}
	return err
}

// child makes the process for a program started by s.
func (s *shell) child(args []string) *proc.Proc {
	return &proc.Proc{
		Machine: s.proc.Machine,
		Args:    args,
		Env:     s.environment(),
		Dir:     s.proc.Dir,
		Umask:   s.proc.Umask,
		Files:   maps.Clone(s.proc.Files),
	}
}

func (s *shell) define(c *syntax.FuncDecl) error {
	if c.Name == nil || !s.bash && specials[c.Name.Value] {
		s.line = s.base + int(c.Pos().Line())
		return s.failSyntax("bad function name")
	}
	s.funcs[c.Name.Value] = &function{body: c.Body, base: s.base, file: s.label, source: s.sourceFile()}
	s.status = 0
	return nil
}
