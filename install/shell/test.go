package shell

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"coen/install/proc"
	"coen/tree"
)

// Test is dash's test and "[" (XCU test): the number of arguments decides how
// they are read, up to four; -a, -o and parentheses combine conditions.
func Test(p *proc.Proc) (int, error) { return runTest(p, nil) }

func runTest(p *proc.Proc, s *shell) (int, error) {
	args := p.Args[1:]
	if p.Args[0] == "[" {
		if len(args) == 0 || args[len(args)-1] != "]" {
			return testFailure(p, "missing ]"), nil
		}
		args = args[:len(args)-1]
	}
	if len(args) == 0 {
		return 1, nil
	}
	c := &condition{p: p, args: args, bash: s}
	holds := c.evaluate()
	if c.wrong != "" {
		return testFailure(p, c.wrong), nil
	}
	return truth(holds), nil
}

func testFailure(p *proc.Proc, what string) int {
	fmt.Fprintf(p.Stderr(), "%s: %s\n", p.Args[0], what)
	return 2
}

// condition reads the arguments of test.
type condition struct {
	p     *proc.Proc
	args  []string
	pos   int
	bash  *shell // for the operators of bash, else nil
	wrong string // the first error found
	depth int
}

func (c *condition) fail(format string, args ...any) bool {
	if c.wrong == "" {
		c.wrong = fmt.Sprintf(format, args...)
	}
	return false
}

// evaluate applies the rules for three and four arguments, then the grammar.
func (c *condition) evaluate() bool {
	n, negate := len(c.args), false
	switch {
	case n == 3 && c.isBinary(c.args[1]):
		return c.finish(c.compare())
	case n != 3 && n != 4:
	case c.args[0] == "(" && c.args[n-1] == ")":
		c.args = c.args[1 : n-1]
	case c.args[0] == "!":
		negate = true
		c.args = c.args[1:]
		if len(c.args) == 3 && c.isBinary(c.args[1]) {
			return c.finish(!c.compare())
		}
	}
	return c.finish(c.or() != negate)
}

// finish checks that all arguments were read.
func (c *condition) finish(result bool) bool {
	if c.pos < len(c.args) {
		return c.fail("%s: unexpected operator", c.args[c.pos])
	}
	return result
}

func (c *condition) or() bool {
	result := c.and()
	for c.next("-o") {
		other := c.and()
		result = result || other
	}
	return result
}

func (c *condition) and() bool {
	result := c.not()
	for c.next("-a") {
		other := c.not()
		result = result && other
	}
	return result
}

func (c *condition) next(op string) bool {
	if c.pos < len(c.args) && c.args[c.pos] == op {
		c.pos++
		return true
	}
	return false
}

func (c *condition) not() bool {
	if c.depth++; c.depth > maxArithmetic {
		return c.fail("too many levels")
	}
	defer func() { c.depth-- }()
	if c.pos < len(c.args) && c.args[c.pos] == "!" {
		c.pos++
		return !c.not()
	}
	return c.primary()
}

// primary reads one test. What looks like an operator is an operand where only
// an operand makes sense.
func (c *condition) primary() bool {
	if c.pos == len(c.args) {
		return false
	}
	arg, rest := c.args[c.pos], c.args[c.pos+1:]
	switch {
	case arg == "(" && len(rest) > 0:
		return c.parenthesis()
	case c.isUnary(arg) && !c.operandHere(rest):
		c.pos += 2
		if len(rest) == 0 {
			return c.fail("%s: argument expected", arg)
		}
		return c.unary(arg, rest[0])
	case len(rest) > 0 && c.isBinary(rest[0]):
		return c.compare()
	}
	c.pos++
	return arg != ""
}

// operandHere reports whether a unary operator before rest is an operand: it
// stands alone, or a binary operator with its other operand follows.
func (c *condition) operandHere(rest []string) bool {
	if len(rest) == 0 {
		return true
	}
	return len(rest) > 1 && c.isBinary(rest[0]) && rest[1] != ")"
}

func (c *condition) parenthesis() bool {
	c.pos++
	if c.args[c.pos] == ")" {
		c.pos++
		return false
	}
	result := c.or()
	if !c.next(")") {
		return c.fail("closing paren expected")
	}
	return result
}

func (c *condition) isUnary(op string) bool {
	if len(op) != 2 || op[0] != '-' {
		return false
	}
	return strings.IndexByte("bcdefghknprstuwxzGLOS", op[1]) >= 0 || c.bash != nil && strings.IndexByte("Nvo", op[1]) >= 0
}

func (c *condition) isBinary(op string) bool {
	switch op {
	case "=", "!=", "<", ">", "-eq", "-ne", "-gt", "-ge", "-lt", "-le", "-nt", "-ot", "-ef":
		return true
	}
	return op == "==" && c.bash != nil
}

// compare evaluates "left op right".
func (c *condition) compare() bool {
	if c.pos+2 >= len(c.args) {
		op := c.args[c.pos+1]
		c.pos = len(c.args)
		return c.fail("%s: argument expected", op)
	}
	left, op, right := c.args[c.pos], c.args[c.pos+1], c.args[c.pos+2]
	c.pos += 3
	switch op {
	case "=", "==":
		return left == right
	case "!=":
		return left != right
	case "<":
		return left < right
	case ">":
		return left > right
	case "-nt", "-ot", "-ef":
		return compareFiles(c.p, left, op, right, c.bash != nil)
	}
	x, y := c.integer(left), c.integer(right)
	return c.wrong == "" && compareIntegers(op, x, y)
}

func compareIntegers(op string, x, y int64) bool {
	switch op {
	case "-eq":
		return x == y
	case "-ne":
		return x != y
	case "-gt":
		return x > y
	case "-ge":
		return x >= y
	case "-lt":
		return x < y
	}
	return x <= y
}

func (c *condition) integer(text string) int64 {
	n, err := strconv.ParseInt(strings.Trim(text, " \t\n"), 10, 64)
	if err != nil {
		c.fail("Illegal number: %s", text)
		n = math.MaxInt64
	}
	return n
}

// unary evaluates "op arg".
func (c *condition) unary(op, arg string) bool {
	switch op[1] {
	case 'z':
		return arg == ""
	case 'n':
		return arg != ""
	case 't':
		c.integer(arg)
		return false // no descriptor is a terminal
	case 'v':
		_, set := c.bash.element(arg)
		return set
	case 'o':
		return c.bash.optionOn(arg)
	case 'h', 'L':
		n, err := c.p.Tree.Lstat(c.p.Path(arg))
		return arg != "" && err == nil && n.Kind == tree.Symlink
	}
	return fileTest(op[1], stat(c.p, arg))
}
