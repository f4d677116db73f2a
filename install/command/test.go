package command

import (
	"fmt"
	"strconv"
	"strings"

	"coen/tree"
)

// test is /usr/bin/test and /usr/bin/[, which decide by the number of their
// arguments as POSIX has it, and by precedence where there are more than four.
func test(c *call) int {
	args := c.operands
	if c.name() == "[" {
		if len(args) == 0 || args[len(args)-1] != "]" {
			c.failf("missing ']'")
			return 2
		}
		args = args[:len(args)-1]
	}
	t := &tester{call: c, rest: args}
	result, err := t.posix(len(args))
	if err == nil && len(t.rest) > 0 {
		err = fmt.Errorf("extra argument %s", quote(t.rest[0]))
	}
	switch {
	case err != nil:
		c.failf("%v", err)
		return 2
	case result:
		return 0
	}
	return 1
}

// A tester evaluates the arguments of test.
type tester struct {
	*call
	rest []string
}

func (t *tester) take() string {
	arg := t.rest[0]
	t.rest = t.rest[1:]
	return arg
}

// posix evaluates the next n arguments, the last ones, by POSIX's rules.
func (t *tester) posix(n int) (bool, error) {
	switch {
	case n == 0:
		return false, nil
	case n == 1:
		return t.take() != "", nil
	case n <= 4 && n != 3 && t.rest[0] == "!",
		n == 3 && t.rest[0] == "!" && !isBinary(t.rest[1]):
		t.take()
		result, err := t.posix(n - 1)
		return !result, err
	case n == 2:
		if isUnary(t.rest[0]) {
			return t.unary()
		}
		if len(t.rest[0]) == 2 && t.rest[0][0] == '-' {
			return false, fmt.Errorf("%s: unary operator expected", quote(t.rest[0]))
		}
		return false, fmt.Errorf("missing argument after %s", quote(t.rest[1]))
	case n == 3 && isBinary(t.rest[1]):
		return t.binary()
	case (n == 3 || n == 4) && t.rest[0] == "(" && t.rest[n-1] == ")":
		t.take()
		result, err := t.posix(n - 2)
		if err == nil {
			t.take()
		}
		return result, err
	case n == 3 && t.rest[1] != "-a" && t.rest[1] != "-o":
		return false, fmt.Errorf("%s: binary operator expected", quote(t.rest[1]))
	}
	return t.or()
}

func (t *tester) or() (bool, error) {
	result, err := t.and()
	for err == nil && len(t.rest) > 0 && t.rest[0] == "-o" {
		t.take()
		var more bool
		more, err = t.and()
		result = result || more
	}
	return result, err
}

func (t *tester) and() (bool, error) {
	result, err := t.term()
	for err == nil && len(t.rest) > 0 && t.rest[0] == "-a" {
		t.take()
		var more bool
		more, err = t.term()
		result = result && more
	}
	return result, err
}

func (t *tester) term() (bool, error) {
	negated := false
	for len(t.rest) > 1 && t.rest[0] == "!" {
		t.take()
		negated = !negated
	}
	if len(t.rest) == 0 {
		return false, fmt.Errorf("argument expected")
	}
	result, err := t.primary()
	return result != negated, err
}

func (t *tester) primary() (bool, error) {
	switch {
	case t.rest[0] == "(" && len(t.rest) > 1:
		t.take()
		result, err := t.or()
		switch {
		case err != nil:
			return false, err
		case len(t.rest) == 0:
			return false, fmt.Errorf("%s expected", quote(")"))
		case t.rest[0] != ")":
			return false, fmt.Errorf("%s expected, found %s", quote(")"), t.rest[0])
		}
		t.take()
		return result, nil
	case len(t.rest) >= 3 && isBinary(t.rest[1]):
		return t.binary()
	case len(t.rest) >= 2 && isUnary(t.rest[0]):
		return t.unary()
	}
	return t.take() != "", nil
}

const binaryOperators = " = == != < > -eq -ne -lt -le -gt -ge -nt -ot -ef "

func isBinary(s string) bool {
	return s != "" && strings.Contains(binaryOperators, " "+s+" ")
}

func isUnary(s string) bool {
	return len(s) == 2 && s[0] == '-' && strings.IndexByte("bcdefghkLnprsStuwxzGO", s[1]) >= 0
}

func (t *tester) binary() (bool, error) {
	a, op, b := t.take(), t.take(), t.take()
	switch op {
	case "=", "==":
		return a == b, nil
	case "!=":
		return a != b, nil
	case "<":
		return a < b, nil
	case ">":
		return a > b, nil
	case "-nt", "-ot", "-ef":
		return t.files(a, op, b), nil
	}
	x, err := testInteger(a)
	if err != nil {
		return false, err
	}
	y, err := testInteger(b)
	if err != nil {
		return false, err
	}
	return map[string]bool{
		"-eq": x == y, "-ne": x != y, "-lt": x < y, "-le": x <= y, "-gt": x > y, "-ge": x >= y,
	}[op], nil
}

func testInteger(s string) (int64, error) {
	v, err := strconv.ParseInt(strings.Trim(s, " \t\n"), 10, 64)
	if err != nil {
		return 0, fmt.Errorf("invalid integer %s", quote(s))
	}
	return v, nil
}

// files compares two files; one that does not exist is older than any.
func (t *tester) files(a, op, b string) bool {
	x, errX := t.lookup(a)
	y, errY := t.lookup(b)
	switch op {
	case "-ef":
		return errX == nil && errY == nil && x == y
	case "-ot":
		x, errX, y, errY = y, errY, x, errX
	}
	return errX == nil && (errY != nil || x.ModTime > y.ModTime)
}

var testKinds = map[byte]tree.Kind{
	'b': tree.BlockDevice, 'c': tree.CharDevice, 'd': tree.Directory, 'f': tree.Regular, 'p': tree.Fifo,
}

func (t *tester) unary() (bool, error) {
	op, arg := t.take()[1], t.take()
	switch op {
	case 'n':
		return arg != "", nil
	case 'z':
		return arg == "", nil
	case 't':
		_, err := testInteger(arg)
		return false, err
	case 'h', 'L':
		n, err := t.lstat(arg)
		return err == nil && n.Kind == tree.Symlink, nil
	}
	n, err := t.lookup(arg)
	if err != nil {
		return false, nil
	}
	return nodeIs(n, op), nil
}

// nodeIs answers the unary operators about an existing file, as root sees it.
func nodeIs(n *tree.Node, op byte) bool {
	switch op {
	case 's':
		return n.Size() > 0 || n.Kind == tree.Directory
	case 'g':
		return n.Mode&setGID != 0
	case 'u':
		return n.Mode&setUID != 0
	case 'k':
		return n.Mode&sticky != 0
	case 'x':
		return n.Kind == tree.Directory || n.Mode&0o111 != 0
	case 'O':
		return n.UID == 0
	case 'G':
		return n.GID == 0
	case 'e', 'r', 'w':
		return true
	}
	return testKinds[op] != 0 && n.Kind == testKinds[op]
}
