package shell

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

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
