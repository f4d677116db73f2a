package shell

import (
	"errors"

	"mvdan.cc/sh/v3/syntax"
)

func (s *shell) ifClause(c *syntax.IfClause, tested bool) error {
	for ; c != nil; c = c.Else {
		if len(c.Cond) == 0 { // else
			return s.stmts(c.Then, tested)
		}
		if err := s.stmts(c.Cond, true); err != nil {
			return err
		}
		if s.status == 0 {
			return s.stmts(c.Then, tested)
		}
	}
	s.status = 0
	return nil
}

func (s *shell) while(c *syntax.WhileClause, tested bool) error {
	s.loops++
	defer func() { s.loops-- }()
	last := 0
	for {
		if err := s.in.step(1); err != nil {
			return s.at(err)
		}
		stop, err := s.round(s.stmts(c.Cond, true))
		if stop || err != nil {
			return err
		}
		if (s.status == 0) == c.Until {
			s.status = last
			return nil
		}
		stop, err = s.round(s.stmts(c.Do, tested))
		if stop || err != nil {
			return err
		}
		last = s.status
	}
}

// round looks at how one round of a loop ended: whether the loop stops, and
// what is to be passed to the commands around it.
func (s *shell) round(err error) (stop bool, rest error) {
	var j *jump
	if err == nil || !errors.As(err, &j) || j.kind != breakLoop && j.kind != continueLoop {
		return err != nil, err
	}
	if j.levels > 1 {
		return true, &jump{kind: j.kind, levels: j.levels - 1}
	}
	return j.kind == breakLoop, nil
}

func (s *shell) forClause(c *syntax.ForClause, tested bool) error {
	words, ok := c.Loop.(*syntax.WordIter)
	if !ok || c.Select {
		return s.bashLoop(c, tested)
	}
	s.line = s.base + int(c.Pos().Line())
	values := s.params
	if words.InPos.IsValid() {
		var err error
		if values, err = s.fields(words.Items); err != nil {
			return s.at(err)
		}
	}
	s.loops++
	defer func() { s.loops-- }()
	if len(values) == 0 {
		s.status = 0
	}
	for _, value := range values {
		if err := s.in.step(1); err != nil {
			return s.at(err)
		}
		if err := s.set(words.Name.Value, value); err != nil {
			return s.at(err)
		}
		if stop, err := s.round(s.stmts(c.Do, tested)); stop || err != nil {
			return err
		}
	}
	return nil
}

func (s *shell) caseClause(c *syntax.CaseClause, tested bool) error {
	s.line = s.base + int(c.Pos().Line())
	subject, err := s.text(c.Word)
	if err != nil {
		return s.at(err)
	}
	through, ran := false, false
	for _, item := range c.Items {
		if !through {
			matched, err := s.matchAny(subject, item.Patterns)
			if err != nil {
				return s.at(err)
			}
			if !matched {
				continue
			}
		}
		if len(item.Stmts) == 0 {
			s.status = 0
		}
		ran = true
		if err := s.stmts(item.Stmts, tested); err != nil {
			return err
		}
		if item.Op != syntax.Fallthrough && item.Op != syntax.Resume {
			return nil
		}
		through = item.Op == syntax.Fallthrough
	}
	if !ran {
		s.status = 0
	}
	return nil
}

func (s *shell) matchAny(subject string, patterns []*syntax.Word) (bool, error) {
	for _, w := range patterns {
		p, err := s.pattern(w)
		if err != nil {
			return false, err
		}
		if err := s.in.step(p.cost(subject)); err != nil {
			return false, err
		}
		if p.match(subject) {
			return true, nil
		}
	}
	return false, nil
}
