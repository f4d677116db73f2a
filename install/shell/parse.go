package shell

import (
	"errors"
	"fmt"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"coen/install/proc"
)

// source runs the commands of a script or a string, up to the first syntax
// error, as a shell does that reads its input line by line.
func (s *shell) source(text string, tested bool) error {
	list, bad, err := s.parse(text)
	if err != nil {
		return s.at(err)
	}
	if err := s.in.enter(); err != nil {
		return s.at(err)
	}
	defer s.in.leave()
	if len(list) == 0 && bad == nil {
		s.status = 0
	}
	if err := s.stmts(list, tested); err != nil || bad == nil {
		return err
	}
	s.line = s.base + int(bad.Pos.Line())
	return s.failSyntax(bad.Text)
}

// eval runs the commands in text with positions that stay at the current line.
func (s *shell) eval(text string, tested bool) error {
	old := s.base
	s.base = s.line - 1
	defer func() { s.base = old }()
	return s.source(text, tested)
}

// parse splits text into its complete commands. A syntax error is returned as
// such, with the commands on the lines before it.
func (s *shell) parse(text string) ([]*syntax.Stmt, *syntax.ParseError, error) {
	if len(text) > maxSource {
		return nil, nil, fmt.Errorf("script of %d bytes, at most %d are read", len(text), maxSource)
	}
	open := 0
	for i := range len(text) {
		if strings.IndexByte("({[`", text[i]) >= 0 {
			open++
		}
	}
	if open > maxOpen {
		return nil, nil, fmt.Errorf("script with %d brackets, at most %d are read", open, maxOpen)
	}
	if err := s.in.step(1 + len(text)/64); err != nil {
		return nil, nil, err
	}
	variant := syntax.LangPOSIX
	if s.bash {
		variant = syntax.LangBash
	}
	text = strings.ReplaceAll(text, "\x00", "")
	var list []*syntax.Stmt
	var err error
	// Not as a range loop: the parser may report an error twice, and panics if
	// the loop was left after the first.
	syntax.NewParser(syntax.Variant(variant)).StmtsSeq(strings.NewReader(text))(func(st *syntax.Stmt, e error) bool {
		if err == nil && e == nil {
			list = append(list, st)
		} else if err == nil {
			err = e
		}
		return true
	})
	if err == nil {
		return list, nil, nil
	}
	bad, ok := syntaxError(err)
	if !ok {
		return nil, nil, err
	}
	for len(list) > 0 && list[len(list)-1].End().Line() >= bad.Pos.Line() {
		list = list[:len(list)-1]
	}
	return list, bad, nil
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
