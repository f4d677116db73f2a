package shell

import (
	"path"
	"strings"
)

// status reads the operand of exit and return.
func (s *shell) operand(c *call, otherwise int) (int, error) {
	if len(c.args) < 2 {
		return otherwise, nil
	}
	return s.natural(c.args[0], c.args[1])
}

func (s *shell) exitBuiltin(c *call) (int, error) {
	otherwise := s.status
	if s.ending >= 0 {
		otherwise = s.ending
	}
	n, err := s.operand(c, otherwise)
	if err != nil {
		return 0, err
	}
	return 0, s.exit(n)
}

func (s *shell) returnBuiltin(c *call) (int, error) {
	if s.bash && len(s.callers) == 0 {
		s.warn("return: can only `return' from a function or sourced script")
		return 2, nil
	}
	n, err := s.operand(c, s.status)
	if err != nil {
		return 0, err
	}
	return 0, &jump{kind: returnCall, status: n}
}

// breakOut is break and continue.
func (s *shell) breakOut(c *call) (int, error) {
	n := 1
	if len(c.args) > 1 {
		var err error
		if n, err = s.natural(c.args[0], c.args[1]); err != nil {
			return 0, err
		}
		if n == 0 {
			return 0, s.fail("%s: Illegal number: %s", c.args[0], c.args[1])
		}
	}
	if s.loops == 0 {
		if s.bash {
			s.warn("%s: only meaningful in a loop", c.args[0])
		}
		return 0, nil
	}
	kind := breakLoop
	if c.args[0] == "continue" {
		kind = continueLoop
	}
	s.status = 0
	return 0, &jump{kind: kind, levels: min(n, s.loops)}
}

func (s *shell) evalBuiltin(c *call) (int, error) {
	args := c.operands()
	if len(args) == 0 {
		return 0, nil
	}
	err := s.eval(strings.Join(args, " "), c.tested)
	return s.status, err
}

// exec replaces the shell by a program; without one its redirections stay.
func (s *shell) exec(c *call) (int, error) {
	args := c.operands()
	if len(args) == 0 {
		return 0, nil
	}
	kind := replaced
	if _, ok := s.child(args).Find(args[0]); !ok {
		kind = exitShell
	}
	err := s.external(args)
	if err != nil {
		return 0, err
	}
	return 0, &jump{kind: kind, status: s.status}
}

// dot runs a file in the current shell.
func (s *shell) dot(c *call) (int, error) {
	args := c.operands()
	if len(args) == 0 {
		return 0, nil
	}
	file, ok := s.findSource(args[0])
	if !ok {
		return 0, s.fail(".: %s: not found", args[0])
	}
	body, err := s.proc.Tree.ReadFile(file)
	if err != nil {
		return 0, s.fail(".: cannot open %s", args[0])
	}
	if s.bash && len(args) > 1 {
		old := s.params
		s.params = args[1:]
		defer func() { s.params = old }()
	}
	label, base, loops := s.label, s.base, s.loops
	s.label, s.base = path.Base(file), 0
	s.callers = append(s.callers, caller{"source", args[0]})
	tested := c.tested && s.bash // dash forgets what is around a sourced file
	err = s.source(string(body), tested)
	s.callers = s.callers[:len(s.callers)-1]
	s.label, s.base, s.loops = label, base, loops
	if j := jumpOf(err, returnCall); j != nil {
		return j.status, nil
	}
	return s.status, err
}

// findSource returns the path of a file to source, searched for in PATH if its
// name has no slash.
func (s *shell) findSource(name string) (string, bool) {
	if strings.Contains(name, "/") {
		return s.proc.Path(name), s.proc.Tree.Exists(s.proc.Path(name))
	}
	dirs, _ := s.get("PATH")
	for dir := range strings.SplitSeq(dirs, ":") {
		file := s.proc.Path(path.Join(dir, name))
		if s.isRegular(file) {
			return file, true
		}
	}
	return s.proc.Path(name), s.bash && s.isRegular(name)
}
