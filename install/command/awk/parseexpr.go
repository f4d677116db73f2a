package awk

// expr reads an expression: assignment, the loosest operator, associates to
// the right.
func (p *parser) expr() expr {
	defer p.enter()()
	left := p.ternary()
	for _, op := range []string{"=", "+=", "-=", "*=", "/=", "%=", "^=", "**="} {
		if !p.is(op) {
			continue
		}
		if !isTarget(left) {
			p.unexpected()
		}
		p.advance()
		p.skipNewlines()
		op = op[:len(op)-1]
		if op == "**" {
			op = "^"
		}
		return &assign{op, left, p.expr()}
	}
	return left
}

func isTarget(e expr) bool {
	switch e.(type) {
	case *variable, *element, *field:
		return true
	}
	return false
}

func (p *parser) ternary() expr {
	cond := p.or()
	if !p.accept("?") {
		return cond
	}
	p.skipNewlines()
	x := p.expr()
	p.skipNewlines()
	p.expect(":")
	p.skipNewlines()
	return &ternary{cond, x, p.expr()}
}

func (p *parser) or() expr {
	left := p.and()
	for p.accept("||") {
		p.skipNewlines()
		left = &binary{"||", left, p.and()}
	}
	return left
}

func (p *parser) and() expr {
	left := p.in()
	for p.accept("&&") {
		p.skipNewlines()
		left = &binary{"&&", left, p.in()}
	}
	return left
}

func (p *parser) in() expr {
	left := p.match()
	for !p.noIn && p.is("in") {
		p.advance()
		if p.tok.kind != name {
			p.unexpected()
		}
		index := []expr{left}
		if g, ok := left.(*grouping); ok {
			index = g.list
		}
		left = &inArray{index, p.variable(p.tok.text)}
		p.advance()
	}
	return left
}

func (p *parser) match() expr {
	left := p.comparison()
	for p.is("~") || p.is("!~") {
		negated := p.is("!~")
		p.advance()
		left = &match{negated, left, p.comparison()}
	}
	return left
}

func (p *parser) comparison() expr {
	left := p.concatenation(true)
	for _, op := range []string{"<", "<=", "==", "!=", ">", ">="} {
		if !p.is(op) || op == ">" && p.noGreater {
			continue
		}
		p.advance()
		return &binary{op, left, p.concatenation(true)}
	}
	return left
}

// concatenation reads terms one after the other, and "command | getline",
// unless pipes is false.
func (p *parser) concatenation(pipes bool) expr {
	left := p.additive()
	for {
		switch {
		case p.startsTerm():
			left = &binary{" ", left, p.additive()}
		case pipes && p.is("|") && p.pipesIntoGetline():
			p.advance()
			p.advance()
			left = &getline{'|', left, p.optionalTarget()}
		default:
			return left
		}
	}
}

// pipesIntoGetline reports whether "getline" follows the "|".
func (p *parser) pipesIntoGetline() bool {
	saved := p.lexer
	defer func() { p.lexer = saved }()
	t, err := p.next()
	return err == nil && t.kind == keyword && t.text == "getline"
}

// startsTerm reports whether the next token begins the right side of a
// concatenation; a sign does not, as it is an addition.
func (p *parser) startsTerm() bool {
	switch p.tok.kind {
	case number, text, name, callName, builtin:
		return true
	case symbol:
		return p.is("$") || p.is("!") || p.is("(") || p.is("-") || p.is("+") || p.is("++") || p.is("--")
	}
	return false
}

func (p *parser) additive() expr {
	left := p.multiplicative()
	for p.is("+") || p.is("-") {
		op := p.tok.text
		p.advance()
		left = &binary{op, left, p.multiplicative()}
	}
	return left
}

func (p *parser) multiplicative() expr {
	left := p.unary()
	for p.is("*") || p.is("/") || p.is("%") {
		op := p.tok.text
		p.advance()
		left = &binary{op, left, p.unary()}
	}
	return left
}

func (p *parser) unary() expr {
	for _, op := range []string{"!", "-", "+"} {
		if p.accept(op) {
			defer p.enter()()
			return &unary{op, p.unary()}
		}
	}
	return p.power()
}

func (p *parser) power() expr {
	left := p.postfix()
	if p.is("^") || p.is("**") {
		p.advance()
		defer p.enter()()
		// The exponent may have a sign and associates to the right.
		if p.is("-") || p.is("+") || p.is("!") {
			return &binary{"^", left, p.unary()}
		}
		return &binary{"^", left, p.power()}
	}
	return left
}

func (p *parser) postfix() expr {
	e := p.primary()
	if isTarget(e) {
		switch {
		case p.accept("++"):
			return &increment{1, true, e}
		case p.accept("--"):
			return &increment{-1, true, e}
		}
	}
	return e
}
