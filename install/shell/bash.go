package shell

import (
	"strconv"

	"mvdan.cc/sh/v3/syntax"

	"coen/install/proc"
	"coen/tree"
)

// bashVersion is that of Debian 13.
const bashVersion = "5.2.37(1)-release"

// rules returns what patterns mean to s.
func (s *shell) rules() patternRules {
	return patternRules{caret: s.bash, groups: s.bash && (s.shopt["extglob"] || s.groups)}
}

// importBash sets the variables that bash starts with.
func (s *shell) importBash(plain func(name, value string)) {
	for name, value := range map[string]string{
		"BASH": "/bin/bash", "BASH_VERSION": bashVersion, "HOSTNAME": s.proc.Hostname, "SHLVL": "1",
		"OSTYPE": "linux-gnu", "UID": "0", "EUID": "0", "SECONDS": "0", "OPTERR": "1",
	} {
		plain(name, value)
	}
	info := &list{items: map[string]string{}}
	for i, part := range []string{"5", "2", "37", "1", "release"} {
		info.set(strconv.Itoa(i), part)
	}
	s.vars["BASH_VERSINFO"] = variable{list: info, flags: readOnly}
	s.opts.hashall, s.opts.braceexpand = true, true
}

// bashCommand runs the compound commands that only bash has.
func (s *shell) bashCommand(st *syntax.Stmt) error {
	if err := s.in.step(1); err != nil {
		return s.at(err)
	}
	s.line = s.base + int(st.Pos().Line())
	var err error
	switch c := st.Cmd.(type) {
	case *syntax.DeclClause:
		err = s.declare(c)
	case *syntax.ArithmCmd:
		err = s.arithmeticCommand(c.X)
	case *syntax.LetClause:
		for _, x := range c.Exprs {
			if err = s.arithmeticCommand(x); err != nil {
				break
			}
		}
	case *syntax.TestClause:
		err = s.doubleBracket(c.X)
	case *syntax.TimeClause:
		err = &proc.Unmodelled{What: "time"}
	default:
		err = &proc.Unmodelled{What: "coprocess"}
	}
	if j := jumpOf(err, failed); j != nil {
		s.status, err = j.status, nil
	}
	return s.at(err)
}

// arithmeticCommand sets the status to whether x is not 0.
func (s *shell) arithmeticCommand(x syntax.ArithmExpr) error {
	n, err := s.number(x)
	if err == nil {
		s.status = truth(n != 0)
	}
	return err
}

// bashLoop runs "for ((init; cond; post))".
func (s *shell) bashLoop(c *syntax.ForClause, tested bool) error {
	s.line = s.base + int(c.Pos().Line())
	loop, ok := c.Loop.(*syntax.CStyleLoop)
	if !ok {
		return s.at(&proc.Unmodelled{What: "select"})
	}
	if _, err := s.optionalNumber(loop.Init); err != nil {
		return s.at(err)
	}
	s.loops++
	defer func() { s.loops-- }()
	s.status = 0
	for {
		if err := s.in.step(1); err != nil {
			return s.at(err)
		}
		if n, err := s.optionalNumber(loop.Cond); err != nil || n == 0 {
			return s.at(err)
		}
		if stop, err := s.round(s.stmts(c.Do, tested)); stop || err != nil {
			return err
		}
		if _, err := s.optionalNumber(loop.Post); err != nil {
			return s.at(err)
		}
	}
}

// optionalNumber is number for an expression that may be missing, which is 1.
func (s *shell) optionalNumber(x syntax.ArithmExpr) (int64, error) {
	if x == nil {
		return 1, nil
	}
	return s.number(x)
}

func (s *shell) isRegular(name string) bool {
	n := stat(s.proc, name)
	return n != nil && n.Kind == tree.Regular
}

// readsFile returns the file of "$(< file)".
func readsFile(c *syntax.CmdSubst) (*syntax.Redirect, bool) {
	if len(c.Stmts) != 1 || c.Stmts[0].Cmd != nil || len(c.Stmts[0].Redirs) != 1 {
		return nil, false
	}
	r := c.Stmts[0].Redirs[0]
	return r, r.Op == syntax.RdrIn && r.N == nil
}

func (s *shell) readFileTo(r *syntax.Redirect, out *pipe) error {
	name, err := s.text(r.Word)
	if err != nil {
		return err
	}
	body, err := s.proc.Tree.ReadFile(s.proc.Path(name))
	if err != nil {
		s.warn("%s: No such file or directory", name)
		return s.exit(1)
	}
	_, err = out.Write(body)
	return err
}
