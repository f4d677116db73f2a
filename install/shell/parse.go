package shell

import (
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"coen/install/proc"
)

// source runs the commands of a script or a string. As a shell does that reads
// its input line by line, it runs those of one line before it parses the next:
// a syntax error is met only where it stands.
func (s *shell) source(text string, tested bool) error {
	return s.execute(text, &run{s: s, tested: tested})
}

func (s *shell) execute(text string, r *run) error {
	if err := s.in.enter(); err != nil {
		return s.at(err)
	}
	defer s.in.leave()
	if len(text) > maxSource {
		return s.at(fmt.Errorf("script of %d bytes, at most %d are read", len(text), maxSource))
	}
	if err := s.in.step(1 + len(text)/64); err != nil {
		return s.at(err)
	}
	s.parser().StmtsSeq(&source{text: strings.ReplaceAll(text, "\x00", "")})(r.next)
	return r.finish()
}

func (s *shell) parser() *syntax.Parser {
	if s.bash {
		return syntax.NewParser(syntax.Variant(syntax.LangBash))
	}
	return syntax.NewParser(syntax.Variant(syntax.LangPOSIX))
}

// A run executes statements as they are parsed.
type run struct {
	s      *shell
	tested bool
	script bool           // the main script of a process
	line   []*syntax.Stmt // those of the line being parsed
	any    bool
	bad    error // what the parser found wrong
	err    error // how a command ended the run
}

// next takes a statement or an error from the parser. After an error it ignores
// all others, since the parser may report one twice.
func (r *run) next(st *syntax.Stmt, err error) bool {
	switch {
	case r.bad != nil || r.err != nil:
		return false
	case err != nil:
		r.bad = err
		return false
	}
	if n := len(r.line); n > 0 && st.Pos().Line() > r.line[n-1].End().Line() {
		r.flush()
	}
	r.line, r.any = append(r.line, st), true
	return r.err == nil
}

// flush runs the line that was parsed. What ends a shell is to bash only the
// end of a line.
func (r *run) flush() {
	line := r.line
	r.line = nil
	r.err = r.s.stmts(line, r.tested)
	if j := jumpOf(r.err, failed); j != nil && r.script && r.s.bash {
		r.s.status = j.status
		r.err = r.s.checked(nil, false)
	}
}

// finish runs the last line and tells how it all ended.
func (r *run) finish() error {
	s := r.s
	if r.err != nil {
		return r.err
	}
	bad, isSyntax := syntaxError(r.bad)
	if r.bad != nil && !isSyntax {
		return s.at(r.bad)
	}
	if n := len(r.line); n > 0 && (bad == nil || r.line[n-1].End().Line() < bad.Pos.Line()) {
		if r.flush(); r.err != nil {
			return r.err
		}
	}
	if bad != nil {
		s.line = s.base + int(bad.Pos.Line())
		return s.failSyntax(bad.Text)
	}
	if !r.any {
		s.status = 0
	}
	return nil
}

// eval runs the commands in text with positions that stay at the current line.
func (s *shell) eval(text string, tested bool) error {
	old := s.base
	s.base = s.line - 1
	defer func() { s.base = old }()
	return s.source(text, tested)
}

// source is the text of a script for the parser, which recurses for everything
// that nests: a text that nests deeper than the stack could hold is cut off.
// Where exactly depends on the compiler, but it is thousands of levels away from
// anything that could run, see maxDepth.
type source struct {
	text string
}

// chunk is how much the parser gets at once, and so about how many more calls it
// can make before it is looked at again.
const chunk = 1024

func (r *source) Read(b []byte) (int, error) {
	if r.text == "" {
		return 0, io.EOF
	}
	if runtime.Callers(maxFrames, make([]uintptr, 1)) > 0 {
		return 0, errNested
	}
	n := copy(b[:min(len(b), chunk)], r.text)
	r.text = r.text[n:]
	return n, nil
}

func syntaxError(err error) (*syntax.ParseError, bool) {
	var parse syntax.ParseError
	if errors.As(err, &parse) {
		return &parse, true
	}
	var lang syntax.LangError
	if errors.As(err, &lang) {
		return &syntax.ParseError{Pos: lang.Pos, Text: lang.Error()}, true
	}
	return nil, false
}

// shebang returns the interpreter in a script's first line and the options
// behind it.
func shebang(body []byte) (interpreter string, options []string) {
	interpreter = proc.Shebang(body)
	line, _, _ := strings.Cut(string(body), "\n")
	words := strings.Fields(strings.TrimPrefix(line, "#!"))
	if interpreter == "" {
		return "", nil
	}
	for len(words) > 0 && words[0] != interpreter {
		words = words[1:]
	}
	if len(words) == 0 {
		return interpreter, nil
	}
	return interpreter, words[1:]
}
