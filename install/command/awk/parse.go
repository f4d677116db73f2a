package awk

import "fmt"

// The variables that awk itself knows, in the order of their slots.
const (
	slotNF = iota
	slotNR
	slotFNR
	slotFS
	slotOFS
	slotORS
	slotRS
	slotFILENAME
	slotSUBSEP
	slotRSTART
	slotRLENGTH
	slotCONVFMT
	slotOFMT
	slotENVIRON
	slotARGC
	slotARGV
)

var specialNames = []string{
	"NF", "NR", "FNR", "FS", "OFS", "ORS", "RS", "FILENAME", "SUBSEP", "RSTART", "RLENGTH",
	"CONVFMT", "OFMT", "ENVIRON", "ARGC", "ARGV",
}

// maxDepth bounds the nesting of a program.
const maxDepth = 1000

type parser struct {
	*Program
	lexer
	tok       token
	functions map[string]*function
	locals    map[string]int // in a function
	depth     int
	noIn      bool // "in" ends an expression: the head of a for
	noGreater bool // ">" ends an expression: the arguments of print
}

// Parse reads a program. The error is a *SyntaxError.
func Parse(src string) (p *Program, err error) {
	ps := &parser{
		Program:   &Program{globals: map[string]int{}},
		lexer:     lexer{src: src, line: 1},
		functions: map[string]*function{},
	}
	for i, name := range specialNames {
		ps.globals[name] = i
	}
	defer recoverSyntax(&err)
	ps.advance()
	ps.program()
	for _, f := range ps.Program.functions {
		if !f.defined {
			return nil, &SyntaxError{ps.line, fmt.Sprintf("function %s never defined", f.name)}
		}
	}
	return ps.Program, nil
}

// Errors travel up the recursion of the parser as a panic that never leaves the
// package.
func recoverSyntax(err *error) {
	switch r := recover().(type) {
	case nil:
	case *SyntaxError:
		*err = r
	default:
		panic(r)
	}
}

func (p *parser) fail(format string, args ...any) {
	panic(&SyntaxError{p.tok.line, fmt.Sprintf(format, args...)})
}

func (p *parser) unexpected() {
	switch p.tok.kind {
	case eof:
		p.fail("syntax error at or near end of file")
	case newline:
		p.fail("syntax error at or near end of line")
	}
	p.fail("syntax error at or near %s", p.tok.text)
}

func (p *parser) advance() {
	t, err := p.next()
	if err != nil {
		panic(err)
	}
	p.tok = t
}

// enter counts a level of nesting; the result leaves it.
func (p *parser) enter() (leave func()) {
	if p.depth++; p.depth > maxDepth {
		p.fail("program nested too deeply")
	}
	return func() { p.depth-- }
}

func (p *parser) is(text string) bool {
	return (p.tok.kind == symbol || p.tok.kind == keyword) && p.tok.text == text
}

func (p *parser) accept(text string) bool {
	if p.is(text) {
		p.advance()
		return true
	}
	return false
}

func (p *parser) expect(text string) {
	if !p.accept(text) {
		p.unexpected()
	}
}

// skipNewlines passes over newlines where they mean nothing.
func (p *parser) skipNewlines() {
	for p.tok.kind == newline {
		p.advance()
	}
}

func (p *parser) skipTerminators() {
	for p.tok.kind == newline || p.is(";") {
		p.advance()
	}
}

func (p *parser) program() {
	for p.skipTerminators(); p.tok.kind != eof; p.skipTerminators() {
		p.item()
	}
}

// item reads a rule or a function.
func (p *parser) item() {
	switch {
	case p.accept("BEGIN"):
		p.begin = append(p.begin, p.action())
	case p.accept("END"):
		p.end = append(p.end, p.action())
	case p.accept("function"):
		p.function()
	default:
		r := &rule{}
		if !p.is("{") {
			r.pattern = p.expr()
			if p.accept(",") {
				p.skipNewlines()
				r.to = p.expr()
			}
		}
		if p.is("{") {
			r.body = p.action()
		} else {
			r.body = &block{[]stmt{&printStmt{}}}
		}
		p.rules = append(p.rules, r)
	}
}

func (p *parser) action() *block {
	if !p.is("{") {
		p.unexpected()
	}
	return p.block()
}

// block reads statements in braces.
func (p *parser) block() *block {
	p.expect("{")
	b := &block{}
	for p.skipTerminators(); !p.is("}"); p.skipTerminators() {
		if p.tok.kind == eof {
			p.fail("missing } near end of file")
		}
		b.stmts = append(b.stmts, p.stmt())
	}
	p.advance()
	return b
}

func (p *parser) function() {
	if p.tok.kind != name && p.tok.kind != callName {
		p.unexpected()
	}
	f := p.functionNamed(p.tok.text)
	if f.defined {
		p.fail("redefinition of %s", f.name)
	}
	f.defined = true
	p.advance()
	p.expect("(")
	p.locals = map[string]int{}
	for !p.is(")") {
		if p.tok.kind != name {
			p.unexpected()
		}
		if _, twice := p.locals[p.tok.text]; twice {
			p.fail("%s is duplicated in argument list of %s", p.tok.text, f.name)
		}
		p.locals[p.tok.text] = len(f.params)
		f.params = append(f.params, p.tok.text)
		p.advance()
		if !p.is(")") {
			p.expect(",")
			p.skipNewlines()
		}
	}
	p.advance()
	p.skipNewlines()
	f.body = p.action()
	p.locals = nil
}

func (p *parser) functionNamed(name string) *function {
	f := p.functions[name]
	if f == nil {
		f = &function{name: name, line: p.tok.line}
		p.functions[name] = f
		p.Program.functions = append(p.Program.functions, f)
	}
	return f
}

// variable returns the variable called name, making a global one if need be.
func (p *parser) variable(name string) *variable {
	if slot, ok := p.locals[name]; ok {
		return &variable{name, slot, true}
	}
	slot, ok := p.globals[name]
	if !ok {
		slot = len(p.globals)
		p.globals[name] = slot
	}
	return &variable{name, slot, false}
}
