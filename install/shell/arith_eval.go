package shell

import (
	"strconv"
	"strings"
)

// maxArithmetic is how deep expressions may nest.
const maxArithmetic = 500

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

func (a *arithmetic) conditional() (int64, error) {
	cond, err := a.binaries(0)
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

// precedence ranks the binary operators from the weakest to the strongest.
var precedence = map[string]int{
	"||": 1, "&&": 2, "|": 3, "^": 4, "&": 5, "==": 6, "!=": 6,
	"<": 7, ">": 7, "<=": 7, ">=": 7, "<<": 8, ">>": 8, "+": 9, "-": 9, "*": 10, "/": 10, "%": 10,
}

// binaries evaluates operands joined by operators stronger than floor.
func (a *arithmetic) binaries(floor int) (int64, error) {
	x, err := a.power()
	for err == nil {
		op := a.token()
		rank := precedence[op]
		if rank <= floor {
			return x, nil
		}
		a.pos += len(op)
		var y int64
		decided := op == "&&" && x == 0 || op == "||" && x != 0
		y, err = a.without(decided, func() (int64, error) { return a.binaries(rank) })
		if err == nil {
			x, err = a.binary(op, x, y)
		}
	}
	return 0, err
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
