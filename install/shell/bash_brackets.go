package shell

import (
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"coen/install/command/regex"
	"coen/install/proc"
)

// doubleBracket runs [[ x ]].
func (s *shell) doubleBracket(x syntax.TestExpr) error {
	holds, err := s.holds(x)
	if err == nil {
		s.status = truth(holds)
	}
	return err
}

func (s *shell) holds(x syntax.TestExpr) (bool, error) {
	if err := s.in.enter(); err != nil {
		return false, err
	}
	defer s.in.leave()
	switch x := x.(type) {
	case *syntax.ParenTest:
		return s.holds(x.X)
	case *syntax.Word:
		text, err := s.text(x)
		return text != "", err
	case *syntax.UnaryTest:
		return s.unaryTest(x)
	case *syntax.BinaryTest:
		return s.binaryTest(x)
	}
	return false, &proc.Unmodelled{What: "test in [[ ]]"}
}

func (s *shell) unaryTest(x *syntax.UnaryTest) (bool, error) {
	if x.Op == syntax.TsNot {
		holds, err := s.holds(x.X)
		return !holds, err
	}
	w, ok := x.X.(*syntax.Word)
	if !ok {
		return false, &proc.Unmodelled{What: "test in [[ ]]"}
	}
	arg, err := s.text(w)
	if err != nil {
		return false, err
	}
	c := &condition{p: s.proc, bash: s}
	op := x.Op.String()
	if op == "-e" || op == "-a" {
		return stat(s.proc, arg) != nil, nil
	}
	return c.unary(op, arg), nil
}

func (s *shell) binaryTest(x *syntax.BinaryTest) (bool, error) {
	if x.Op == syntax.AndTest || x.Op == syntax.OrTest {
		holds, err := s.holds(x.X)
		if err != nil || holds == (x.Op == syntax.OrTest) {
			return holds, err
		}
		return s.holds(x.Y)
	}
	l, isWord := x.X.(*syntax.Word)
	r, isWord2 := x.Y.(*syntax.Word)
	if !isWord || !isWord2 {
		return false, &proc.Unmodelled{What: "test in [[ ]]"}
	}
	left, err := s.text(l)
	if err != nil {
		return false, err
	}
	switch x.Op {
	case syntax.TsMatch, syntax.TsMatchShort, syntax.TsNoMatch:
		s.groups = true // [[ ]] knows the groups even without extglob
		p, err := s.pattern(r)
		s.groups = false
		if err == nil {
			err = s.in.step(p.cost(left))
		}
		return err == nil && p.match(left) == (x.Op != syntax.TsNoMatch), err
	case syntax.TsReMatch:
		return s.matchRegexp(left, r)
	}
	right, err := s.text(r)
	if err != nil {
		return false, err
	}
	switch x.Op {
	case syntax.TsBefore:
		return left < right, nil
	case syntax.TsAfter:
		return left > right, nil
	case syntax.TsNewer, syntax.TsOlder, syntax.TsDevIno:
		return compareFiles(s.proc, left, x.Op.String(), right, true), nil
	}
	a, err := s.evaluate(left)
	if err != nil {
		return false, err
	}
	b, err := s.evaluate(right)
	return compareIntegers(x.Op.String(), a, b), err
}

// matchRegexp matches text with an extended regular expression, whose quoted
// parts are literal, and sets BASH_REMATCH.
func (s *shell) matchRegexp(text string, w *syntax.Word) (bool, error) {
	f, err := s.one(w, startTilde)
	if err != nil {
		return false, err
	}
	var expr strings.Builder
	for _, seg := range f {
		for _, c := range []byte(seg.text) {
			if seg.from == quoted && strings.IndexByte(`\.[]{}()*+?^$|`, c) >= 0 {
				expr.WriteByte('\\')
			}
			expr.WriteByte(c)
		}
	}
	re, err := regex.Compile(expr.String(), regex.Extended)
	if err != nil {
		s.warn("%v", err)
		return false, &jump{kind: failed, status: 2}
	}
	loc, err := re.Find([]byte(text), 0)
	if err != nil {
		return false, err
	}
	match := &list{items: map[string]string{}}
	for i := 0; i+1 < len(loc); i += 2 {
		part := ""
		if loc[i] >= 0 {
			part = text[loc[i]:loc[i+1]]
		}
		match.set(strconv.Itoa(i/2), part)
	}
	s.vars["BASH_REMATCH"] = variable{list: match}
	return loc != nil, nil
}

// optionOn is test -o.
func (s *shell) optionOn(name string) bool {
	for _, opt := range optionList {
		if opt.name == name {
			return *opt.field(&s.opts)
		}
	}
	return false
}
