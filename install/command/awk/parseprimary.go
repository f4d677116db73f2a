package awk

// primary reads an operand.
func (p *parser) primary() expr {
	defer p.enter()()
	t := p.tok
	switch t.kind {
	case number:
		p.advance()
		return numberLit(t.num)
	case text:
		p.advance()
		return stringLit(t.text)
	case name:
		p.advance()
		return p.reference(t.text)
	case callName:
		p.advance()
		return p.call(t)
	case builtin:
		p.advance()
		return p.builtinCall(t)
	}
	switch {
	case p.is("/") || p.is("/="):
		return p.regexLiteral()
	case p.accept("$"):
		return p.field()
	case p.is("++") || p.is("--"):
		by := 1.0
		if t.text == "--" {
			by = -1
		}
		p.advance()
		target := p.primary()
		if !isTarget(target) {
			p.unexpected()
		}
		return &increment{by, false, target}
	case p.is("-") || p.is("+") || p.is("!"):
		return p.unary()
	case p.accept("("):
		return p.grouping()
	case p.accept("getline"):
		target := p.optionalTarget()
		if p.accept("<") {
			return &getline{'<', p.primaryOperand(), target}
		}
		return &getline{'m', nil, target}
	}
	p.unexpected()
	return nil
}

// primaryOperand reads the file of "getline < file", which ends before any
// operator.
func (p *parser) primaryOperand() expr { return p.postfix() }

// reference reads a variable or an element of an array.
func (p *parser) reference(name string) expr {
	v := p.variable(name)
	if !p.accept("[") {
		return v
	}
	index := p.list("]")
	if len(index) == 0 {
		p.unexpected()
	}
	return &element{v, index}
}

// list reads expressions divided by commas up to the closing symbol, within
// which ">" and "in" are operators again.
func (p *parser) list(closing string) []expr {
	defer p.inside()()
	var all []expr
	p.skipNewlines()
	for !p.is(closing) {
		all = append(all, p.expr())
		p.skipNewlines()
		if !p.is(closing) {
			p.expect(",")
			p.skipNewlines()
		}
	}
	p.advance()
	return all
}

// inside lifts the restrictions of the context; the result puts them back.
func (p *parser) inside() (restore func()) {
	noIn, noGreater := p.noIn, p.noGreater
	p.noIn, p.noGreater = false, false
	return func() { p.noIn, p.noGreater = noIn, noGreater }
}

// grouping reads what follows "(": one expression, or several, which are an
// index before "in" or the arguments of print.
func (p *parser) grouping() expr {
	list := p.list(")")
	if len(list) == 0 || len(list) > 1 && !p.is("in") && !p.noGreater {
		p.unexpected()
	}
	return &grouping{list}
}

func (p *parser) regexLiteral() expr {
	prefix := p.tok.text[1:]
	t, err := p.lexer.regexp()
	if err != nil {
		panic(err)
	}
	p.advance()
	return regexLit(prefix + t.text)
}

// field reads what follows "$".
func (p *parser) field() expr {
	if p.is("++") || p.is("--") || p.is("-") || p.is("+") || p.is("!") {
		return &field{p.primary()}
	}
	e := p.primary()
	return &field{e}
}

// optionalTarget reads what a getline assigns to, nil if that is $0.
func (p *parser) optionalTarget() expr {
	if p.tok.kind != name && !p.is("$") {
		return nil
	}
	return p.primary()
}

func (p *parser) call(t token) expr {
	if _, ok := p.locals[t.text]; ok {
		p.fail("syntax error at or near (")
	}
	f := p.functionNamed(t.text)
	p.expect("(")
	return &call{f, p.list(")"), t.line}
}

func (p *parser) builtinCall(t token) expr {
	f := builtins[t.text]
	c := &builtinCall{name: t.text, f: f}
	if p.accept("(") {
		c.args = p.list(")")
	} else if f.min > 0 || t.text != "length" {
		p.unexpected()
	}
	switch n := len(c.args); {
	case n < f.min:
		p.fail("not enough arguments in call to %s: %d (need %d)", t.text, n, f.min)
	case n > f.max:
		p.fail("too many arguments in call to %s: %d (maximum %d)", t.text, n, f.max)
	}
	for i, arg := range c.args {
		if f.array == i+1 {
			if _, ok := arg.(*variable); !ok {
				p.fail("type error in arg(%d) in call to %s", i+1, t.text)
			}
		}
		if f.target == i+1 && !isTarget(arg) {
			p.unexpected()
		}
	}
	return c
}
