package shell

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// operators are those of more than one byte.
var operators = map[string]bool{
	"<<=": true, ">>=": true, "**": true, "++": true, "--": true, "<<": true, ">>": true, "<=": true, ">=": true,
	"==": true, "!=": true, "&&": true, "||": true, "+=": true, "-=": true, "*=": true, "/=": true, "%=": true,
	"&=": true, "|=": true, "^=": true,
}

var bashOperators = map[string]bool{"**": true, "++": true, "--": true}

// token returns the operator or the word at the current position, without
// moving on, and "" at the end.
func (a *arithmetic) token() string {
	for a.pos < len(a.text) && strings.IndexByte(" \t\n", a.text[a.pos]) >= 0 {
		a.pos++
	}
	rest := a.text[a.pos:]
	end := 0
	for end < len(rest) && (isAlnum(rest[end]) || rest[end] == '_' || end > 0 && a.s.bash && (rest[end] == '#' || rest[end] == '@')) {
		end++
	}
	if end == 0 && rest != "" {
		end = a.operatorLength(rest)
	}
	return rest[:end]
}

// operatorLength returns the length of the operator that text starts with, 1
// for anything unknown.
func (a *arithmetic) operatorLength(text string) int {
	for n := 3; n > 1; n-- {
		if len(text) >= n && operators[text[:n]] && (a.s.bash || !bashOperators[text[:n]]) {
			return n
		}
	}
	return 1
}

// accept moves past the token op if it is next.
func (a *arithmetic) accept(op string) bool {
	if a.token() == op {
		a.pos += len(op)
		return true
	}
	return false
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
