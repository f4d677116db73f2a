package command

import (
	"errors"
	"fmt"

	"coen/install/command/regex"
)

// A predicate is a part of find's expression.
type predicate func(v *visit) bool

// A findParser reads find's expression.
type findParser struct {
	*finding
	rest   []string
	regex  regex.Flags // chosen by -regextype
	typed  bool        // by -regextype
	nested int         // of parentheses and negations
}

func (f *finding) parse(args []string) error {
	p := &findParser{finding: f, rest: args}
	expr, err := p.list()
	if err == nil && len(p.rest) > 0 {
		err = fmt.Errorf("invalid expression; you have used a binary operator '%s' with nothing before it.", p.rest[0])
		if p.rest[0] == ")" {
			err = errors.New("you have too many ')'")
		}
	}
	if err != nil {
		return err
	}
	f.expr = expr
	if !f.acts {
		f.expr = func(v *visit) bool { return expr(v) && f.print(v, '\n') }
	}
	return nil
}

func (p *findParser) accept(words ...string) bool {
	if len(p.rest) == 0 {
		return false
	}
	for _, w := range words {
		if p.rest[0] == w {
			p.rest = p.rest[1:]
			return true
		}
	}
	return false
}

func always(*visit) bool { return true }

// list reads terms divided by commas; the last one counts.
func (p *findParser) list() (predicate, error) {
	if len(p.rest) == 0 {
		return always, nil
	}
	left, err := p.or()
	for err == nil && p.accept(",") {
		var right predicate
		if right, err = p.or(); err == nil {
			first := left
			left = func(v *visit) bool { first(v); return right(v) }
		}
	}
	return left, err
}

func (p *findParser) or() (predicate, error) {
	left, err := p.and()
	for err == nil && p.accept("-o", "-or") {
		var right predicate
		if right, err = p.and(); err == nil {
			first := left
			left = func(v *visit) bool { return first(v) || right(v) }
		}
	}
	return left, err
}

func (p *findParser) and() (predicate, error) {
	left, err := p.not()
	for err == nil && len(p.rest) > 0 {
		if p.accept("-a", "-and") {
		} else if next := p.rest[0]; next == "-o" || next == "-or" || next == ")" || next == "," {
			break
		}
		var right predicate
		if right, err = p.not(); err == nil {
			first := left
			left = func(v *visit) bool { return first(v) && right(v) }
		}
	}
	return left, err
}

// maxNesting bounds the depth of parentheses and negations.
const maxNesting = 1000

func (p *findParser) not() (predicate, error) {
	if p.nested++; p.nested > maxNesting {
		return nil, errors.New("expression nested too deeply")
	}
	defer func() { p.nested-- }()
	if p.accept("!", "-not") {
		inner, err := p.not()
		return func(v *visit) bool { return !inner(v) }, err
	}
	if !p.accept("(") {
		return p.primary()
	}
	if p.accept(")") {
		return nil, errors.New("invalid expression; empty parentheses are not allowed.")
	}
	inner, err := p.list()
	if err == nil && !p.accept(")") {
		err = errors.New("invalid expression; I was expecting to find a ')' somewhere but did not see one.")
	}
	return inner, err
}

// primary reads a test, an action or an option.
func (p *findParser) primary() (predicate, error) {
	if len(p.rest) == 0 {
		return nil, errors.New("expected an expression")
	}
	name := p.rest[0]
	p.rest = p.rest[1:]
	if f := findPlain[name]; f != nil {
		return f(p.finding), nil
	}
	if name == "-exec" || name == "-execdir" {
		return p.exec(name)
	}
	f := findTests[name]
	if f == nil {
		p.unmodelled("expression %q", name)
		return nil, fmt.Errorf("unknown predicate `%s'", name)
	}
	if len(p.rest) == 0 {
		return nil, fmt.Errorf("missing argument to `%s'", name)
	}
	arg := p.rest[0]
	p.rest = p.rest[1:]
	test, err := f(p, name, arg)
	if err == nil && test == nil {
		test = always
	}
	return test, err
}

// findPlain are the parts of an expression that take no argument.
var findPlain map[string]func(*finding) predicate

// findTests are those that take one.
var findTests map[string]func(p *findParser, name, arg string) (predicate, error)
