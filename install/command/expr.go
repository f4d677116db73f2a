package command

import (
	"errors"
	"fmt"
	"math/big"
	"strings"

	"coen/install/command/regex"
)

// expr evaluates its operands; numbers have any length.
func expr(c *call) int {
	args := c.operands
	if len(args) > 0 && args[0] == "--" {
		args = args[1:]
	}
	if len(args) == 0 {
		c.missing()
		return 2
	}
	e := &evaluator{call: c, rest: args}
	v, err := e.or()
	if err == nil && len(e.rest) > 0 {
		err = fmt.Errorf("syntax error: unexpected argument %s", quote(e.rest[0]))
	}
	if err != nil {
		c.failf("%v", err)
		return 2
	}
	c.printf("%s\n", v)
	if isNull(v) {
		return 1
	}
	return 0
}

// isNull reports whether v counts as false: the empty string, or zero.
func isNull(v string) bool {
	return v == "" || strings.Trim(strings.TrimPrefix(v, "-"), "0") == "" && v != "-"
}

// An evaluator goes through the operands of expr.
type evaluator struct {
	*call
	rest  []string
	last  string // the operand read last
	depth int
}

func (e *evaluator) accept(words ...string) string {
	for _, w := range words {
		if len(e.rest) > 0 && e.rest[0] == w {
			e.last, e.rest = w, e.rest[1:]
			return w
		}
	}
	return ""
}

func (e *evaluator) or() (string, error) {
	if e.depth++; e.depth > maxNesting {
		return "", errors.New("expression nested too deeply")
	}
	defer func() { e.depth-- }()
	left, err := e.and()
	for err == nil && e.accept("|") != "" {
		var right string
		if right, err = e.and(); isNull(left) {
			if left = right; isNull(right) {
				left = "0"
			}
		}
	}
	return left, err
}

func (e *evaluator) and() (string, error) {
	left, err := e.comparison()
	for err == nil && e.accept("&") != "" {
		var right string
		if right, err = e.comparison(); isNull(left) || isNull(right) {
			left = "0"
		}
	}
	return left, err
}

func (e *evaluator) comparison() (string, error) {
	left, err := e.sum()
	for err == nil {
		op := e.accept("<", "<=", "=", "==", "!=", ">=", ">")
		if op == "" {
			break
		}
		var right string
		if right, err = e.sum(); err == nil {
			left = compareOperands(left, op, right)
		}
	}
	return left, err
}

func compareOperands(a, op, b string) string {
	order := strings.Compare(a, b)
	if x, ok := integer(a); ok {
		if y, ok := integer(b); ok {
			order = x.Cmp(y)
		}
	}
	result := map[string]bool{
		"<": order < 0, "<=": order <= 0, "=": order == 0, "==": order == 0,
		"!=": order != 0, ">=": order >= 0, ">": order > 0,
	}[op]
	if result {
		return "1"
	}
	return "0"
}

// maxDigits bounds the length of a number.
const maxDigits = 10000

func integer(s string) (*big.Int, bool) {
	if s == "" || len(s) > maxDigits || strings.ContainsAny(s, "+_") {
		return nil, false
	}
	return new(big.Int).SetString(s, 10)
}

func (e *evaluator) sum() (string, error) {
	return e.arithmetic(e.product, "+", "-")
}

func (e *evaluator) product() (string, error) {
	return e.arithmetic(e.match, "*", "/", "%")
}

func (e *evaluator) arithmetic(operand func() (string, error), ops ...string) (string, error) {
	left, err := operand()
	for err == nil {
		op := e.accept(ops...)
		if op == "" {
			break
		}
		var right string
		if right, err = operand(); err == nil {
			left, err = calculate(left, op, right)
		}
	}
	return left, err
}

func calculate(a, op, b string) (string, error) {
	x, ok := integer(a)
	y, ok2 := integer(b)
	if !ok || !ok2 {
		return "", errors.New("non-integer argument")
	}
	z := new(big.Int)
	switch op {
	case "+":
		return z.Add(x, y).String(), nil
	case "-":
		return z.Sub(x, y).String(), nil
	case "*":
		return z.Mul(x, y).String(), nil
	}
	if y.Sign() == 0 {
		return "", errors.New("division by zero")
	}
	if op == "/" {
		return z.Quo(x, y).String(), nil
	}
	return z.Rem(x, y).String(), nil
}

func (e *evaluator) match() (string, error) {
	left, err := e.primary()
	for err == nil && e.accept(":") != "" {
		var right string
		if right, err = e.primary(); err == nil {
			left, err = matchOperand(left, right)
		}
	}
	return left, err
}

// matchOperand is ":": what the first group matched or, if there is none, the
// length of the match, which begins at the start.
func matchOperand(s, pattern string) (string, error) {
	re, err := regex.Compile(pattern, 0)
	if err != nil {
		return "", err
	}
	loc, err := re.Find([]byte(s), 0)
	if err != nil {
		return "", err
	}
	if loc != nil && loc[0] != 0 {
		loc = nil
	}
	switch {
	case re.Groups() > 0 && (loc == nil || loc[2] < 0):
		return "", nil
	case re.Groups() > 0:
		return s[loc[2]:loc[3]], nil
	case loc == nil:
		return "0", nil
	}
	return fmt.Sprint(loc[1]), nil
}

func (e *evaluator) take() (string, error) {
	if len(e.rest) == 0 {
		return "", fmt.Errorf("syntax error: missing argument after %s", quote(e.last))
	}
	e.last, e.rest = e.rest[0], e.rest[1:]
	return e.last, nil
}

func (e *evaluator) primary() (string, error) {
	word, err := e.take()
	if err != nil {
		return "", err
	}
	switch word {
	case "(":
		v, err := e.or()
		if err == nil && e.accept(")") == "" {
			err = fmt.Errorf("syntax error: expecting ')' after %s", quote(e.last))
			if len(e.rest) > 0 {
				err = fmt.Errorf("syntax error: expecting ')' instead of %s", quote(e.rest[0]))
			}
		}
		return v, err
	case ")":
		return "", errors.New("syntax error: unexpected ')'")
	case "+":
		return e.take()
	case "length", "match", "index", "substr":
		return e.function(word)
	}
	return word, nil
}

// function evaluates the GNU functions, whose names are words like any other.
func (e *evaluator) function(word string) (string, error) {
	n := map[string]int{"length": 1, "match": 2, "index": 2, "substr": 3}[word]
	var args []string
	for range n {
		v, err := e.primary()
		if err != nil {
			return "", err
		}
		args = append(args, v)
	}
	switch word {
	case "length":
		return fmt.Sprint(len(args[0])), nil
	case "match":
		return matchOperand(args[0], args[1])
	case "index":
		return fmt.Sprint(strings.IndexAny(args[0], args[1]) + 1), nil
	}
	from, ok := atoi(args[1])
	length, ok2 := atoi(args[2])
	if !ok || !ok2 || from < 1 || length < 1 || from > len(args[0]) {
		return "", nil
	}
	s := args[0][from-1:]
	return s[:min(length, len(s))], nil
}
