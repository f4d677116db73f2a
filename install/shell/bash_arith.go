package shell

import (
	"strconv"
	"strings"

	"coen/install/proc"
)

// subscript reads "[...]" behind a name in an expression and returns the name
// with the evaluated subscript.
func (a *arithmetic) subscript(name string) (string, error) {
	depth, start := 0, a.pos+1
	for ; a.pos < len(a.text); a.pos++ {
		switch a.text[a.pos] {
		case '[':
			depth++
		case ']':
			depth--
		}
		if depth == 0 {
			break
		}
	}
	if depth != 0 {
		return "", arithmeticError("missing ]")
	}
	inner := a.text[start:a.pos]
	a.pos++
	if l := a.s.vars[name].list; l != nil && l.assoc {
		return name + "[" + strings.TrimSpace(inner) + "]", nil
	}
	if a.skip > 0 {
		return name, nil
	}
	n, err := a.nested(inner)
	if err != nil {
		return "", err
	}
	key, err := a.s.indexed(name, n)
	return name + "[" + key + "]", err
}

// nested evaluates another expression within this one.
func (a *arithmetic) nested(text string) (int64, error) {
	inner := &arithmetic{s: a.s, text: text, depth: a.depth + 1}
	if inner.depth > maxNested {
		return 0, arithmeticError("expression recursion level exceeded")
	}
	if err := a.s.in.step(1); err != nil {
		return 0, err
	}
	return inner.whole()
}

// maxNested bounds the depth of variables that hold expressions.
const maxNested = 200

// increment does ++x and --x.
func (a *arithmetic) increment(op string) (int64, error) {
	name, err := a.reference()
	if err != nil {
		return 0, err
	}
	if name == "" { // "--1" is twice a minus
		n, err := a.unary()
		return n, err
	}
	n, err := a.value(name)
	if err != nil {
		return 0, err
	}
	n += 1 - 2*int64(truth(op == "++"))
	return n, a.store(name, n)
}

// bashValue evaluates the expression in a variable.
func (a *arithmetic) bashValue(name string) (int64, error) {
	if changing[name] && !a.s.vars[name].isSet {
		return 0, &proc.Unmodelled{What: "$" + name}
	}
	text, ok := a.s.element(name)
	if !ok && a.s.opts.nounset {
		return 0, a.s.unsetParameter(name, "")
	}
	if strings.TrimSpace(text) == "" {
		return 0, nil
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil && !zeroPadded(text) {
		return n, nil
	}
	return a.nested(text)
}

// basedConstant reads "base#digits".
func basedConstant(token string) (int64, error) {
	base, digits, _ := strings.Cut(token, "#")
	b, err := strconv.Atoi(base)
	if err != nil || b < 2 || b > 64 || digits == "" {
		return 0, arithmeticError("invalid arithmetic base")
	}
	n := int64(0)
	for _, c := range []byte(digits) {
		v := int64(99)
		switch {
		case isDigit(c):
			v = int64(c - '0')
		case isLower(c):
			v = int64(c-'a') + 10
		case isUpper(c) && b <= 36:
			v = int64(c-'A') + 10
		case isUpper(c):
			v = int64(c-'A') + 36
		case c == '@':
			v = 62
		case c == '_':
			v = 63
		}
		if v >= int64(b) {
			return 0, arithmeticError("value too great for base")
		}
		n = n*int64(b) + v
	}
	return n, nil
}
