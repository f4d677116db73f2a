package shell

import (
	"errors"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// arithmetic evaluates the expression of $((...)) and returns its decimal form.
func (s *shell) arithmetic(x syntax.ArithmExpr) (string, error) {
	n, err := s.number(x)
	return strconv.FormatInt(n, 10), err
}

// number evaluates an arithmetic expression. As the standard has it, the
// parameter and command substitutions in it happen first, on its text; what
// they give is then read as a whole.
func (s *shell) number(x syntax.ArithmExpr) (int64, error) {
	text, err := s.arithmeticText(x)
	if err != nil {
		return 0, err
	}
	return s.evaluate(text)
}

// evaluate computes an expression given as text.
func (s *shell) evaluate(text string) (int64, error) {
	if err := s.in.step(1 + len(text)/64); err != nil {
		return 0, err
	}
	a := &arithmetic{s: s, text: text}
	n, err := a.whole()
	var bad arithmeticError
	if errors.As(err, &bad) {
		return 0, s.arithmeticFailure(string(bad), text)
	}
	return n, err
}

func (s *shell) arithmeticFailure(what, text string) error {
	err := s.fail("arithmetic expression: %s: %q", what, text)
	if s.bash {
		return &jump{kind: failed, status: 1}
	}
	return err
}

// arithmeticText writes the parsed expression as text again, with its words
// expanded.
func (s *shell) arithmeticText(x syntax.ArithmExpr) (string, error) {
	var b strings.Builder
	err := s.writeArithmetic(&b, x)
	return b.String(), err
}

func (s *shell) writeArithmetic(b *strings.Builder, x syntax.ArithmExpr) error {
	if err := s.in.enter(); err != nil {
		return err
	}
	defer s.in.leave()
	switch x := x.(type) {
	case *syntax.Word:
		return s.writeArithmeticWord(b, x)
	case *syntax.ParenArithm:
		b.WriteByte('(')
		err := s.writeArithmetic(b, x.X)
		b.WriteByte(')')
		return err
	case *syntax.UnaryArithm:
		if !x.Post {
			b.WriteString(x.Op.String())
		}
		err := s.writeArithmetic(b, x.X)
		if x.Post {
			b.WriteString(x.Op.String())
		}
		b.WriteByte(' ')
		return err
	case *syntax.BinaryArithm:
		if err := s.writeArithmetic(b, x.X); err != nil {
			return err
		}
		b.WriteString(" " + x.Op.String() + " ")
		return s.writeArithmetic(b, x.Y)
	}
	return s.fail("arithmetic expression: syntax")
}

func (s *shell) writeArithmeticWord(b *strings.Builder, w *syntax.Word) error {
	for _, part := range w.Parts {
		if p, ok := part.(*syntax.ParamExp); ok && !p.Dollar.IsValid() && p.Index != nil {
			b.WriteString(p.Param.Value + "[")
			if err := s.writeArithmetic(b, p.Index); err != nil {
				return err
			}
			b.WriteByte(']')
			continue
		}
		if lit, ok := part.(*syntax.Lit); ok {
			b.WriteString(lit.Value)
			continue
		}
		if _, ok := part.(*syntax.DblQuoted); ok && !s.bash {
			b.WriteByte('"') // not a quote in dash's arithmetic, but an error
		}
		e := &expander{s: s, whole: true}
		if err := e.part(part, true, noTilde, false, false); err != nil {
			return err
		}
		b.WriteString(e.cur.String())
	}
	return nil
}

// arithmeticError says what is wrong with an expression.
type arithmeticError string

func (e arithmeticError) Error() string { return string(e) }

// arithmetic is a recursive-descent evaluator of 64-bit signed expressions.
type arithmetic struct {
	s     *shell
	text  string
	pos   int
	skip  int // more than 0 in the part of ?:, && and || that does not count
	depth int
}
