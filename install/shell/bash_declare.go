package shell

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"coen/install/proc"
)

// A declaration is what the options of declare ask for.
type declaration struct {
	add, remove      varFlags
	array, assoc     bool
	functions, print bool
	global, local    bool
}

// declare runs a declare clause as the parser knows it.
func (s *shell) declare(c *syntax.DeclClause) error {
	d, err := s.declarer(c.Variant.Value)
	if err != nil {
		return err
	}
	s.status, s.substatus = 0, 0
	var names int
	for _, a := range c.Args {
		if a.Name == nil { // an option, or an expansion that gives words
			words, err := s.fields([]*syntax.Word{a.Value})
			if err != nil {
				return err
			}
			for _, w := range words {
				used, err := s.declareWord(d, c.Variant.Value, w)
				if err != nil {
					return err
				}
				names += used
			}
			continue
		}
		names++
		if err := s.declareAssign(d, a); err != nil {
			return err
		}
	}
	if names == 0 {
		return s.listDeclared(d, c.Variant.Value)
	}
	return nil
}

// declareWords is declare as a command whose words are expanded already.
func (s *shell) declareWords(c *call) (int, error) {
	d, err := s.declarer(c.args[0])
	if err != nil {
		return 0, err
	}
	s.status = 0
	names := 0
	for _, w := range c.args[1:] {
		used, err := s.declareWord(d, c.args[0], w)
		if err != nil {
			return 0, err
		}
		names += used
	}
	if names == 0 {
		err = s.listDeclared(d, c.args[0])
	}
	return s.status, err
}

// declarer returns what the command itself asks for.
func (s *shell) declarer(command string) (*declaration, error) {
	d := &declaration{}
	switch command {
	case "export":
		d.add, d.global = exported, true
	case "readonly":
		d.add, d.global = readOnly, true
	case "nameref":
		return nil, &proc.Unmodelled{What: "nameref"}
	case "local":
		if s.scope() == nil {
			s.warn("local: can only be used in a function")
			return nil, &jump{kind: failed, status: 1}
		}
	}
	d.local = s.scope() != nil
	return d, nil
}

// declareWord handles one expanded word: an option, a name or an assignment. It
// returns how many names that was.
func (s *shell) declareWord(d *declaration, command, word string) (int, error) {
	if len(word) > 1 && (word[0] == '-' || word[0] == '+') {
		if word == "--" {
			return 0, nil
		}
		return 0, s.declareOption(d, command, word)
	}
	if d.functions {
		if s.funcs[word] == nil {
			s.status = 1
		} else if command != "export" {
			s.printf("%s\n", word)
		}
		return 1, nil
	}
	name, value, assigns := strings.Cut(word, "=")
	name, add := strings.CutSuffix(name, "+")
	if !syntax.ValidName(name) {
		s.warn("%s: `%s': not a valid identifier", command, word)
		s.status = 1
		return 1, nil
	}
	if err := s.prepare(d, name); err != nil {
		return 0, err
	}
	var err error
	switch {
	case assigns && add:
		err = s.appendTo(name, value)
	case assigns:
		err = s.set(name, value)
	}
	if err == nil {
		s.finishDeclaration(d, name)
	}
	return 1, err
}

// declareOption handles options such as -ax and +x.
func (s *shell) declareOption(d *declaration, command, word string) error {
	for _, letter := range word[1:] {
		var flag varFlags
		switch letter {
		case 'a':
			d.array = true
		case 'A':
			d.assoc = true
		case 'f', 'F':
			d.functions = true
			if command == "export" {
				return &proc.Unmodelled{What: "export -f"}
			}
		case 'p':
			d.print = true
		case 'g':
			d.global = true
		case 'n':
			if command != "export" {
				return &proc.Unmodelled{What: "nameref"}
			}
			d.add, d.remove = 0, exported
		case 'i':
			flag = integer
		case 'l':
			flag = lower
		case 'u':
			flag = upper
		case 'r':
			flag = readOnly
		case 'x':
			flag = exported
		default:
			s.warn("%s: %s: invalid option", command, word)
			return &jump{kind: failed, status: 2}
		}
		if word[0] == '-' {
			d.add |= flag
		} else {
			d.remove |= flag
		}
	}
	return nil
}

func (s *shell) declareAssign(d *declaration, a *syntax.Assign) error {
	name := a.Name.Value
	if d.functions || d.print && a.Naked {
		_, err := s.declareWord(d, "declare", name)
		return err
	}
	if err := s.prepare(d, name); err != nil {
		return err
	}
	if !a.Naked {
		if err := s.assign(a, 0); err != nil {
			return err
		}
	}
	s.finishDeclaration(d, name)
	return nil
}
