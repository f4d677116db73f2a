package shell

import (
	"errors"
	"fmt"
	"math"
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

// maxArithmetic is how deep expressions may nest.
const maxArithmetic = 500

// arithmetic is a recursive-descent evaluator of 64-bit signed expressions.
type arithmetic struct {
	s     *shell
	text  string
	pos   int
	skip  int // more than 0 in the part of ?:, && and || that does not count
	depth int
}

func (a *arithmetic) whole() (int64, error) {
	if a.s.bash && strings.TrimSpace(a.text) == "" {
		return 0, nil
	}
	n, err := a.comma()
	if err == nil && a.token() != "" {
		err = arithmeticError("expecting EOF")
	}
	return n, err
}

// operators from the longest to the shortest, so that the first prefix is the
// token.
var operators = []string{
	"<<=", ">>=", "**", "++", "--",
	"<<", ">>", "<=", ">=", "==", "!=", "&&", "||",
	"+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=",
	"+", "-", "*", "/", "%", "<", ">", "&", "|", "^", "!", "~", "?", ":", "=", "(", ")", ",", "[", "]",
}

// token returns the operator or the word at the current position, without
// moving on, and "" at the end.
func (a *arithmetic) token() string {
	for a.pos < len(a.text) && strings.IndexByte(" \t\n", a.text[a.pos]) >= 0 {
		a.pos++
	}
	rest := a.text[a.pos:]
	end := 0
	for end < len(rest) && (isAlnum(rest[end]) || rest[end] == '_' || rest[end] == '#' && end > 0 && a.s.bash || rest[end] == '@' && end > 0 && a.s.bash) {
		end++
	}
	if end > 0 {
		return rest[:end]
	}
	for _, op := range operators {
		if strings.HasPrefix(rest, op) && (a.s.bash || op != "**" && op != "++" && op != "--") {
			return op
		}
	}
	if rest != "" {
		return rest[:1]
	}
	return ""
}

// accept moves past the token op if it is next.
func (a *arithmetic) accept(op string) bool {
	if a.token() == op {
		a.pos += len(op)
		return true
	}
	return false
}

func (a *arithmetic) comma() (int64, error) {
	n, err := a.assignment()
	for err == nil && a.s.bash && a.accept(",") {
		n, err = a.assignment()
	}
	return n, err
}

func (a *arithmetic) assignment() (int64, error) {
	if a.depth++; a.depth > maxArithmetic {
		return 0, arithmeticError("expression too deep")
	}
	defer func() { a.depth-- }()
	start := a.pos
	if name, err := a.reference(); err != nil {
		return 0, err
	} else if name != "" {
		op := a.token()
		if strings.HasSuffix(op, "=") && op != "==" && op != "!=" && op != "<=" && op != ">=" {
			a.pos += len(op)
			return a.assignTo(name, strings.TrimSuffix(op, "="))
		}
	}
	a.pos = start
	return a.conditional()
}

func (a *arithmetic) assignTo(name, op string) (int64, error) {
	n, err := a.assignment()
	if err != nil {
		return 0, err
	}
	if op != "" {
		old, err := a.value(name)
		if err != nil {
			return 0, err
		}
		if n, err = a.binary(op, old, n); err != nil {
			return 0, err
		}
	}
	return n, a.store(name, n)
}

// reference reads a variable's name, in bash with a subscript, or "".
func (a *arithmetic) reference() (string, error) {
	name := a.token()
	if !syntax.ValidName(name) {
		return "", nil
	}
	a.pos += len(name)
	if a.s.bash && a.pos < len(a.text) && a.text[a.pos] == '[' {
		return a.subscript(name)
	}
	return name, nil
}

func (a *arithmetic) conditional() (int64, error) {
	cond, err := a.level(0)
	if err != nil || !a.accept("?") {
		return cond, err
	}
	yes, err := a.without(cond == 0, a.comma)
	if err != nil {
		return 0, err
	}
	if !a.accept(":") {
		return 0, arithmeticError("expecting ':'")
	}
	no, err := a.without(cond != 0, a.conditional)
	if cond != 0 {
		return yes, err
	}
	return no, err
}

// without evaluates f, for its syntax only if skip.
func (a *arithmetic) without(skip bool, f func() (int64, error)) (int64, error) {
	if skip {
		a.skip++
		defer func() { a.skip-- }()
	}
	return f()
}

// levels are the binary operators from the weakest to the strongest.
var levels = [][]string{
	{"||"}, {"&&"}, {"|"}, {"^"}, {"&"}, {"==", "!="},
	{"<", ">", "<=", ">="}, {"<<", ">>"}, {"+", "-"}, {"*", "/", "%"},
}

func (a *arithmetic) level(i int) (int64, error) {
	if i == len(levels) {
		return a.power()
	}
	x, err := a.level(i + 1)
	for err == nil {
		op := a.oneOf(levels[i])
		if op == "" {
			return x, nil
		}
		var y int64
		decided := op == "&&" && x == 0 || op == "||" && x != 0
		y, err = a.without(decided, func() (int64, error) { return a.level(i + 1) })
		if err == nil {
			x, err = a.binary(op, x, y)
		}
	}
	return 0, err
}

func (a *arithmetic) oneOf(ops []string) string {
	token := a.token()
	for _, op := range ops {
		if token == op {
			a.pos += len(op)
			return op
		}
	}
	return ""
}

// power handles bash's "**", which binds to the right.
func (a *arithmetic) power() (int64, error) {
	x, err := a.unary()
	if err != nil || !a.s.bash || !a.accept("**") {
		return x, err
	}
	y, err := a.power()
	if err == nil && y < 0 {
		err = arithmeticError("exponent less than 0")
	}
	n := int64(1)
	for ; err == nil && y > 0; y >>= 1 {
		if y&1 == 1 {
			n *= x
		}
		x *= x
	}
	return n, err
}

func (a *arithmetic) unary() (int64, error) {
	if a.depth++; a.depth > maxArithmetic {
		return 0, arithmeticError("expression too deep")
	}
	defer func() { a.depth-- }()
	switch op := a.token(); op {
	case "+", "-", "!", "~":
		a.pos += len(op)
		n, err := a.unary()
		switch op {
		case "-":
			n = -n
		case "~":
			n = ^n
		case "!":
			n = int64(truth(n != 0))
		}
		return n, err
	case "++", "--":
		a.pos += len(op)
		return a.increment(op)
	}
	return a.primary()
}

func (a *arithmetic) primary() (int64, error) {
	if a.accept("(") {
		n, err := a.comma()
		if err == nil && !a.accept(")") {
			err = arithmeticError("expecting ')'")
		}
		return n, err
	}
	name, err := a.reference()
	if err != nil {
		return 0, err
	}
	if name != "" {
		return a.variable(name)
	}
	token := a.token()
	if token == "" || !isDigit(token[0]) {
		return 0, arithmeticError("expecting primary")
	}
	a.pos += len(token)
	return a.constant(token)
}

// variable returns the value of a name that is not assigned to.
func (a *arithmetic) variable(name string) (int64, error) {
	n, err := a.value(name)
	if op := a.token(); err == nil && a.s.bash && (op == "++" || op == "--") {
		a.pos += len(op)
		return n, a.store(name, n+1-2*int64(truth(op == "++")))
	}
	return n, err
}

// value returns the number in a variable; an unset one is 0.
func (a *arithmetic) value(name string) (int64, error) {
	if a.skip > 0 {
		return 0, nil
	}
	if a.s.bash {
		return a.bashValue(name)
	}
	text, _ := a.s.get(name)
	if strings.TrimSpace(text) == "" {
		return 0, nil
	}
	n, err := parseInt(strings.TrimSpace(text))
	if err != nil {
		return 0, a.s.fail("Illegal number: %s", text)
	}
	return n, nil
}

func (a *arithmetic) store(name string, n int64) error {
	if a.skip > 0 {
		return nil
	}
	if a.s.bash {
		return a.s.setElement(name, strconv.FormatInt(n, 10))
	}
	return a.s.set(name, strconv.FormatInt(n, 10))
}

// constant reads a decimal, octal or hexadecimal number.
func (a *arithmetic) constant(token string) (int64, error) {
	if a.s.bash && strings.Contains(token, "#") {
		return basedConstant(token)
	}
	n, err := parseInt(token)
	if err != nil {
		return 0, arithmeticError("expecting EOF")
	}
	return n, nil
}

// parseInt reads a number as strtoimax(3) with base 0 does: what does not fit
// becomes the nearest number that does.
func parseInt(text string) (int64, error) {
	digits, negative := strings.CutPrefix(text, "-")
	if !negative {
		digits = strings.TrimPrefix(text, "+")
	}
	base := 10
	switch {
	case len(digits) > 2 && digits[0] == '0' && digits[1]|0x20 == 'x':
		base, digits = 16, digits[2:]
	case len(digits) > 1 && digits[0] == '0':
		base = 8
	}
	n, err := strconv.ParseUint(digits, base, 64)
	switch {
	case err != nil && !errors.Is(err, strconv.ErrRange):
		return 0, fmt.Errorf("illegal number %q", text)
	case n > math.MaxInt64 && negative:
		return math.MinInt64, nil
	case n > math.MaxInt64:
		return math.MaxInt64, nil
	case negative:
		return -int64(n), nil
	}
	return int64(n), nil
}

// binary computes x op y.
func (a *arithmetic) binary(op string, x, y int64) (int64, error) {
	switch op {
	case "+":
		return x + y, nil
	case "-":
		return x - y, nil
	case "*":
		return x * y, nil
	case "/", "%":
		return a.divide(op, x, y)
	case "<<":
		return x << (uint64(y) & 63), nil
	case ">>":
		return x >> (uint64(y) & 63), nil
	case "&":
		return x & y, nil
	case "|":
		return x | y, nil
	case "^":
		return x ^ y, nil
	}
	return int64(1 - truth(compare(op, x, y))), nil
}

func compare(op string, x, y int64) bool {
	switch op {
	case "<":
		return x < y
	case ">":
		return x > y
	case "<=":
		return x <= y
	case ">=":
		return x >= y
	case "==":
		return x == y
	case "!=":
		return x != y
	case "&&":
		return x != 0 && y != 0
	}
	return x != 0 || y != 0
}

func (a *arithmetic) divide(op string, x, y int64) (int64, error) {
	switch {
	case a.skip > 0:
		return 0, nil
	case y == 0:
		return 0, arithmeticError("division by zero")
	case op == "/":
		return x / y, nil
	}
	return x % y, nil
}
