package shell

import (
	"slices"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// param expands $x and ${x...}; in double quotes if dq.
func (e *expander) param(p *syntax.ParamExp, dq bool) error {
	if e.s.bash {
		if done, err := e.bashParam(p, dq); done || err != nil {
			return err
		}
	} else if p.Excl || p.Index != nil || p.Slice != nil || p.Repl != nil || p.Names != 0 {
		return e.s.fail("Bad substitution")
	}
	name := p.Param.Value
	if p.Length {
		return e.length(name, dq)
	}
	if p.Exp != nil {
		return e.operator(name, p.Exp, dq)
	}
	if name == "@" || name == "*" {
		e.positional(name, e.s.params, dq)
		return nil
	}
	value, ok := e.s.parameter(name)
	if !ok && e.s.opts.nounset {
		return e.s.unsetParameter(name, "")
	}
	e.add(value, expansionOrigin(dq))
	return nil
}

// positional expands $@ and $*, and the like of arrays.
func (e *expander) positional(name string, values []string, dq bool) {
	if e.whole && (name == "*" || !e.s.bash) || name == "*" && dq {
		e.add(strings.Join(values, e.s.joiner()), expansionOrigin(dq))
		return
	}
	if e.whole {
		e.add(strings.Join(values, " "), expansionOrigin(dq))
		return
	}
	for i, v := range values {
		if i > 0 {
			e.next()
		}
		e.add(v, expansionOrigin(dq))
	}
	if len(values) == 0 {
		e.none = true
	}
}

// joiner returns what "$*" puts between parameters: the first byte of IFS.
func (s *shell) joiner() string {
	ifs, ok := s.get("IFS")
	if !ok {
		return " "
	}
	return ifs[:min(len(ifs), 1)]
}

func (e *expander) length(name string, dq bool) error {
	n := 0
	if name == "@" || name == "*" {
		n = len(strings.Join(e.s.params, e.s.joiner())) // so dash; bash counts the parameters
	} else {
		value, ok := e.s.parameter(name)
		if !ok && e.s.opts.nounset {
			return e.s.unsetParameter(name, "")
		}
		n = len(value)
	}
	e.add(strconv.Itoa(n), expansionOrigin(dq))
	return nil
}

// operator expands ${name<op>word}.
func (e *expander) operator(name string, x *syntax.Expansion, dq bool) error {
	value, ok := e.s.parameter(name)
	values := []string{value}
	if name == "@" || name == "*" {
		values, ok = e.s.params, len(e.s.params) > 0
		value = strings.Join(values, " ")
	}
	colon := false
	switch x.Op {
	case syntax.RemSmallSuffix, syntax.RemLargeSuffix, syntax.RemSmallPrefix, syntax.RemLargePrefix:
		if !ok && e.s.opts.nounset && name != "@" && name != "*" {
			return e.s.unsetParameter(name, "")
		}
		return e.trim(name, values, x, dq)
	case syntax.DefaultUnsetOrNull, syntax.AlternateUnsetOrNull, syntax.ErrorUnsetOrNull, syntax.AssignUnsetOrNull:
		colon = true
	}
	use := ok && !(colon && value == "")
	switch x.Op {
	case syntax.AlternateUnset, syntax.AlternateUnsetOrNull:
		if use {
			return e.word(x.Word, dq)
		}
		e.none = e.none || (name == "@" && dq)
		return nil
	case syntax.DefaultUnset, syntax.DefaultUnsetOrNull:
		if !use {
			return e.word(x.Word, dq)
		}
	case syntax.ErrorUnset, syntax.ErrorUnsetOrNull:
		if !use {
			return e.unsetWord(name, x, colon)
		}
	case syntax.AssignUnset, syntax.AssignUnsetOrNull:
		if !use {
			return e.assignWord(name, x, dq)
		}
	default:
		return e.s.fail("Bad substitution")
	}
	if name == "@" || name == "*" {
		e.positional(name, values, dq)
		return nil
	}
	e.add(value, expansionOrigin(dq))
	return nil
}

// word expands the word of an operator in place.
func (e *expander) word(w *syntax.Word, dq bool) error {
	if w == nil {
		if dq {
			e.add("", quoted)
		}
		return nil
	}
	old := e.inBrace
	e.inBrace = true
	err := e.parts(w.Parts, dq, startTildeUnless(dq))
	e.inBrace = old
	return err
}

func startTildeUnless(dq bool) tilde {
	if dq {
		return noTilde
	}
	return startTilde
}

// wordText expands the word of an operator to a string.
func (e *expander) wordText(w *syntax.Word, dq bool) (string, error) {
	if w == nil {
		return "", nil
	}
	one := &expander{s: e.s, whole: true, inBrace: true}
	err := one.parts(w.Parts, dq, startTildeUnless(dq))
	return one.cur.String(), err
}

func (e *expander) unsetWord(name string, x *syntax.Expansion, colon bool) error {
	message, err := e.wordText(x.Word, false)
	if err != nil {
		return err
	}
	if message == "" && colon {
		message = "parameter not set or null"
	}
	return e.s.unsetParameter(name, message)
}

// unsetParameter ends the shell because of ${x?} or "set -u".
func (s *shell) unsetParameter(name, message string) error {
	if message == "" {
		message = "parameter not set"
	}
	err := s.fail("%s: %s", name, message)
	if s.bash {
		return &jump{kind: exitShell, status: 127}
	}
	return err
}

func (e *expander) assignWord(name string, x *syntax.Expansion, dq bool) error {
	if !syntax.ValidName(name) {
		return e.s.fail("%s: bad variable name", name)
	}
	value, err := e.wordText(x.Word, dq)
	if err != nil {
		return err
	}
	if err := e.s.set(name, value); err != nil {
		return err
	}
	e.add(value, expansionOrigin(dq))
	return nil
}

// trim removes a pattern from the start or the end of values.
func (e *expander) trim(name string, values []string, x *syntax.Expansion, dq bool) error {
	p := &pattern{}
	if x.Word != nil {
		inner := &expander{s: e.s, whole: true, pattern: true, inBrace: true}
		if err := inner.parts(x.Word.Parts, false, startTildeUnless(dq)); err != nil {
			return err
		}
		p = compile(inner.cur, e.s.rules())
	}
	out := slices.Clone(values)
	for i, v := range out {
		if err := e.s.in.step(len(v) / 64); err != nil {
			return err
		}
		out[i] = p.trim(v, x.Op)
	}
	if name == "@" || name == "*" {
		e.positional(name, out, dq)
		return nil
	}
	e.add(out[0], expansionOrigin(dq))
	return nil
}

// parameter returns the value of a variable or of a special or positional
// parameter other than $@ and $*.
func (s *shell) parameter(name string) (string, bool) {
	switch name {
	case "#":
		return strconv.Itoa(len(s.params)), true
	case "?":
		return strconv.Itoa(s.status), true
	case "$":
		return strconv.Itoa(pid), true
	case "!":
		if s.lastJob == 0 {
			return "", false
		}
		return strconv.Itoa(s.lastJob), true
	case "-":
		return s.opts.String(), true
	case "0":
		return s.name, true
	case "@", "*":
		return strings.Join(s.params, " "), len(s.params) > 0
	}
	if name[0] >= '0' && name[0] <= '9' {
		n, err := strconv.Atoi(name)
		if err != nil || n > len(s.params) || n < 1 {
			return "", false
		}
		return s.params[n-1], true
	}
	if s.bash {
		if value, ok, dynamic := s.dynamic(name); dynamic {
			return value, ok
		}
	}
	return s.get(name)
}
