package shell

import (
	"fmt"
	"slices"

	"mvdan.cc/sh/v3/syntax"

	"coen/install/proc"
)

// stmts runs a list of commands. tested says that the status is examined by an
// enclosing if, while, !, && or ||, so that "set -e" does not apply.
func (s *shell) stmts(list []*syntax.Stmt, tested bool) error {
	for _, st := range list {
		if err := s.stmt(st, tested); err != nil {
			return err
		}
	}
	return nil
}

func (s *shell) stmt(st *syntax.Stmt, tested bool) error {
	switch {
	case s.opts.noexec:
		return nil
	case st.Coprocess || st.Disown:
		return s.at(&proc.Unmodelled{What: "coprocess"})
	case st.Background:
		return s.background(st)
	case st.Negated:
		err := s.command(st, true)
		s.status = truth(s.status != 0)
		return err
	}
	return s.command(st, tested)
}

// truth is the status of a condition.
func truth(b bool) int {
	if b {
		return 0
	}
	return 1
}

// command runs st apart from its "!" and "&".
func (s *shell) command(st *syntax.Stmt, tested bool) error {
	switch c := st.Cmd.(type) {
	case nil:
		return s.checked(s.simple(&syntax.CallExpr{}, st, tested), tested)
	case *syntax.CallExpr:
		return s.checked(s.simple(c, st, tested), tested)
	case *syntax.BinaryCmd:
		if c.Op == syntax.AndStmt || c.Op == syntax.OrStmt {
			return s.andOr(c, tested)
		}
		return s.checked(s.pipeline(c, tested), tested)
	case *syntax.Subshell:
		return s.checked(s.parenthesis(c, st, tested), tested)
	case *syntax.FuncDecl:
		return s.define(c)
	}
	if err := s.in.enter(); err != nil {
		return s.at(err)
	}
	defer s.in.leave()
	if len(st.Redirs) == 0 {
		return s.compound(st, tested)
	}
	return s.redirected(st, tested)
}

// checked ends the shell if "set -e" is on and the command that just ran
// failed untested.
func (s *shell) checked(err error, tested bool) error {
	if err == nil && s.status != 0 && s.opts.errexit && !tested {
		return s.exit(s.status)
	}
	return err
}

// redirected runs a compound command with redirections.
func (s *shell) redirected(st *syntax.Stmt, tested bool) error {
	s.line = s.base + int(st.Pos().Line())
	s.sign(keyword(st.Cmd))
	undo, err := s.redirect(st.Redirs)
	defer undo()
	if jumpOf(err, unopened) != nil {
		s.status = s.redirectFailure()
		return s.checked(nil, tested)
	}
	if err != nil {
		return s.at(err)
	}
	return s.compound(st, tested)
}

// keyword is the word by which the author of a compound command's redirections
// is known.
func keyword(c syntax.Command) string {
	switch c := c.(type) {
	case *syntax.IfClause:
		return "if"
	case *syntax.WhileClause:
		if c.Until {
			return "until"
		}
		return "while"
	case *syntax.ForClause:
		return "for"
	case *syntax.CaseClause:
		return "case"
	case *syntax.Subshell:
		return "("
	}
	return "{"
}

func (s *shell) compound(st *syntax.Stmt, tested bool) error {
	switch c := st.Cmd.(type) {
	case *syntax.Block:
		return s.stmts(c.Stmts, tested)
	case *syntax.IfClause:
		return s.ifClause(c, tested)
	case *syntax.WhileClause:
		return s.while(c, tested)
	case *syntax.ForClause:
		return s.forClause(c, tested)
	case *syntax.CaseClause:
		return s.caseClause(c, tested)
	}
	if s.bash {
		return s.checked(s.bashCommand(st), tested)
	}
	return s.at(&proc.Unmodelled{What: fmt.Sprintf("shell syntax %T", st.Cmd)})
}

// andOr runs a list of commands joined by "&&" and "||".
func (s *shell) andOr(c *syntax.BinaryCmd, tested bool) error {
	list := chain(c, syntax.AndStmt, syntax.OrStmt)
	if err := s.stmt(list[len(list)-1].X, true); err != nil {
		return err
	}
	for i := len(list) - 1; i >= 0; i-- {
		if (s.status == 0) != (list[i].Op == syntax.AndStmt) {
			continue
		}
		if err := s.stmt(list[i].Y, tested || i > 0); err != nil {
			return err
		}
	}
	return nil
}

// chain returns c and, from right to left, the commands on its left side that
// are joined by one of the given operators, too.
func chain(c *syntax.BinaryCmd, ops ...syntax.BinCmdOperator) []*syntax.BinaryCmd {
	list := []*syntax.BinaryCmd{c}
	for {
		x, ok := c.X.Cmd.(*syntax.BinaryCmd)
		if !ok || c.X.Negated || !slices.Contains(ops, x.Op) {
			return list
		}
		list, c = append(list, x), x
	}
}

func (s *shell) parenthesis(c *syntax.Subshell, st *syntax.Stmt, tested bool) error {
	status, err := s.subshell(func(sub *shell) error {
		sub.line = sub.base + int(st.Pos().Line())
		if len(st.Redirs) > 0 {
			sub.sign(keyword(c))
		}
		if _, err := sub.redirect(st.Redirs); err != nil {
			return sub.at(err)
		}
		return sub.stmts(c.Stmts, tested)
	})
	s.status = status
	return err
}

// background runs a command with "&": at once and to its end, in a subshell
// that reads nothing.
func (s *shell) background(st *syntax.Stmt) error {
	status, err := s.subshell(func(sub *shell) error {
		sub.proc.Files[0] = &proc.File{R: null{}, W: null{}}
		plain := *st
		plain.Background = false
		return sub.stmt(&plain, false)
	})
	s.lastJob = max(s.lastJob, pid) + 1
	s.jobs[s.lastJob] = status
	s.status = 0
	return err
}

// stages returns the commands of a pipeline; both[i] says that stage i also
// sends its standard error on.
func stages(c *syntax.BinaryCmd) (list []*syntax.Stmt, both []bool) {
	links := chain(c, syntax.Pipe, syntax.PipeAll)
	list = append(list, links[len(links)-1].X)
	for _, link := range slices.Backward(links) {
		list, both = append(list, link.Y), append(both, link.Op == syntax.PipeAll)
	}
	return list, append(both, false)
}

// pipeline runs the stages one after the other, each to its end.
func (s *shell) pipeline(c *syntax.BinaryCmd, tested bool) error {
	list, both := stages(c)
	in, failure := s.proc.Files[0], 0
	statuses := make([]int, len(list))
	for i, st := range list {
		out := &pipe{in: s.in}
		status, err := s.subshell(func(sub *shell) error {
			sub.proc.Files[0] = in
			if i < len(list)-1 {
				sub.proc.Files[1] = &proc.File{W: out}
			}
			if both[i] {
				sub.proc.Files[2] = sub.proc.Files[1]
			}
			return sub.stmt(st, tested)
		})
		if err != nil {
			return err
		}
		in = &proc.File{R: out}
		s.status, statuses[i] = status, status
		if status != 0 {
			failure = status
		}
	}
	s.pipeStatus = statuses
	if s.opts.pipefail {
		s.status = failure
	}
	return nil
}
