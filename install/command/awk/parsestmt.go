package awk

// stmt reads a statement with what ends it.
func (p *parser) stmt() stmt {
	defer p.enter()()
	if p.tok.kind == keyword {
		switch word := p.tok.text; word {
		case "if":
			return p.ifStmt()
		case "while":
			p.advance()
			s := &whileStmt{cond: p.condition()}
			if p.accept(";") {
				s.body = &block{}
			} else {
				s.body = p.body()
			}
			return s
		case "do":
			return p.doStmt()
		case "for":
			return p.forStmt()
		}
	}
	if p.is("{") {
		return p.block()
	}
	if p.accept(";") {
		return &block{}
	}
	s := p.simple()
	p.terminator()
	return s
}

// terminator passes over the end of a simple statement.
func (p *parser) terminator() {
	switch {
	case p.tok.kind == newline || p.is(";"):
		p.advance()
	case p.is("}") || p.tok.kind == eof:
	default:
		p.unexpected()
	}
}

// body reads the statement that another one governs.
func (p *parser) body() *block {
	p.skipNewlines()
	if p.is("{") {
		return p.block()
	}
	return &block{[]stmt{p.stmt()}}
}

func (p *parser) condition() expr {
	p.expect("(")
	e := p.expr()
	p.expect(")")
	return e
}

func (p *parser) ifStmt() stmt {
	p.advance()
	s := &ifStmt{cond: p.condition()}
	s.then = p.body()
	// The "else" may come after newlines and one semicolon, which belong to no
	// statement otherwise.
	saved, tok := p.lexer, p.tok
	p.skipTerminators()
	if p.accept("else") {
		s.els = p.body()
	} else {
		p.lexer, p.tok = saved, tok
	}
	return s
}

func (p *parser) doStmt() stmt {
	p.advance()
	s := &whileStmt{do: true, body: p.body()}
	p.skipTerminators()
	p.expect("while")
	s.cond = p.condition()
	p.terminator()
	return s
}

func (p *parser) forStmt() stmt {
	p.advance()
	p.expect("(")
	s := &forStmt{}
	if !p.is(";") {
		s.init = p.forInit()
		if in, ok := s.init.(*forInStmt); ok {
			p.expect(")")
			in.body = p.loopBody()
			return in
		}
	}
	p.expect(";")
	p.skipNewlines()
	if !p.is(";") {
		s.cond = p.expr()
	}
	p.expect(";")
	p.skipNewlines()
	if !p.is(")") {
		s.step = p.simple()
	}
	p.expect(")")
	s.body = p.loopBody()
	return s
}

func (p *parser) loopBody() *block {
	if p.accept(";") {
		return &block{}
	}
	return p.body()
}

// forInit reads the head of a for up to its first ";", or "key in array".
func (p *parser) forInit() stmt {
	p.noIn = true
	s := p.simple()
	p.noIn = false
	e, ok := s.(*exprStmt)
	if !ok || !p.is("in") {
		return s
	}
	p.advance()
	key, isVar := e.e.(*variable)
	if !isVar || p.tok.kind != name {
		p.unexpected()
	}
	array := p.variable(p.tok.text)
	p.advance()
	return &forInStmt{key: key, array: array}
}

// simple reads a statement that governs no other.
func (p *parser) simple() stmt {
	if p.tok.kind != keyword || p.is("getline") {
		return &exprStmt{p.expr()}
	}
	word := p.tok.text
	p.advance()
	switch word {
	case "print", "printf":
		return p.printStmt(word == "printf")
	case "delete":
		return p.deleteStmt()
	case "break", "continue", "next", "nextfile":
		return &jumpStmt{word: word}
	case "exit", "return":
		if word == "return" && p.locals == nil {
			p.fail("return outside function body")
		}
		s := &jumpStmt{word: word}
		if p.tok.kind != newline && p.tok.kind != eof && !p.is(";") && !p.is("}") {
			s.value = p.expr()
		}
		return s
	}
	p.fail("syntax error at or near %s", word)
	return nil
}

func (p *parser) deleteStmt() stmt {
	if p.tok.kind != name {
		p.unexpected()
	}
	s := &deleteStmt{array: p.variable(p.tok.text)}
	p.advance()
	if p.accept("[") {
		s.index = p.list("]")
		if len(s.index) == 0 {
			p.unexpected()
		}
	}
	return s
}

// printStmt reads what follows print or printf. Its arguments may stand in
// parentheses, and a ">" among them that does not is a redirection.
func (p *parser) printStmt(format bool) stmt {
	s := &printStmt{format: format}
	p.noGreater = true
	if !p.endsPrint() {
		first := p.expr()
		if g, ok := first.(*grouping); ok && p.endsPrint() {
			s.args = g.list
		} else {
			s.args = []expr{first}
			for p.accept(",") {
				p.skipNewlines()
				s.args = append(s.args, p.expr())
			}
		}
	}
	p.noGreater = false
	for _, op := range []string{">>", ">", "|"} {
		if p.accept(op) {
			s.op = op
			s.dest = p.concatenation(false)
			break
		}
	}
	if format && len(s.args) == 0 {
		p.unexpected()
	}
	return s
}

func (p *parser) endsPrint() bool {
	return p.tok.kind == newline || p.tok.kind == eof || p.is(";") || p.is("}") ||
		p.is(">") || p.is(">>") || p.is("|")
}
