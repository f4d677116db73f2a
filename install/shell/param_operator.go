package shell

import (
	"slices"

	"mvdan.cc/sh/v3/syntax"

	"coen/install/proc"
)

// operator expands ${name<op>word}.
func (e *expander) operator(x *subject, exp *syntax.Expansion, dq bool) error {
	op, colon := exp.Op, true
	switch op {
	case syntax.DefaultUnsetOrNull:
		op = syntax.DefaultUnset
	case syntax.AlternateUnsetOrNull:
		op = syntax.AlternateUnset
	case syntax.ErrorUnsetOrNull:
		op = syntax.ErrorUnset
	case syntax.AssignUnsetOrNull:
		op = syntax.AssignUnset
	default:
		colon = false
	}
	use := x.isSet && !(colon && x.value() == "")
	switch op {
	case syntax.AlternateUnset:
		if use {
			return e.word(exp.Word, dq)
		}
		e.none = e.none || x.many == "@" && dq
		return nil
	case syntax.DefaultUnset:
		if !use {
			return e.word(exp.Word, dq)
		}
	case syntax.ErrorUnset:
		if !use {
			return e.unsetWord(x.name, exp, colon)
		}
	case syntax.AssignUnset:
		if !use {
			return e.assignWord(x, exp, dq)
		}
	default:
		return e.transform(x, exp, dq)
	}
	e.emit(x, dq)
	return nil
}

// transform expands the operators that change each value.
func (e *expander) transform(x *subject, exp *syntax.Expansion, dq bool) error {
	if err := e.s.mustBeSet(x); err != nil {
		return err
	}
	if !x.isSet || e.s.bash && x.value() == "" { // the word is not even expanded
		e.emit(x, dq)
		return nil
	}
	out := *x
	out.values = slices.Clone(x.values)
	var change func(string) (string, error)
	switch exp.Op {
	case syntax.RemSmallSuffix, syntax.RemLargeSuffix, syntax.RemSmallPrefix, syntax.RemLargePrefix:
		p, err := e.wordPattern(exp.Word)
		if err != nil {
			return err
		}
		change = func(v string) (string, error) { return p.trim(v, exp.Op), e.s.in.step(p.cost(v)) }
	default:
		if !e.s.bash {
			return e.s.fail("Bad substitution")
		}
		var err error
		if change, err = e.caseChange(x, exp); err != nil {
			return err
		}
	}
	for i, v := range out.values {
		var err error
		if out.values[i], err = change(v); err != nil {
			return err
		}
	}
	e.emit(&out, dq)
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

// wordPattern expands the word of an operator to a pattern. Quotes around the
// whole expansion do not quote it.
func (e *expander) wordPattern(w *syntax.Word) (*pattern, error) {
	if w == nil {
		return &pattern{}, nil
	}
	inner := &expander{s: e.s, whole: true, pattern: true, inBrace: true}
	if err := inner.parts(w.Parts, false, startTilde); err != nil {
		return nil, err
	}
	return e.s.compile(inner.cur)
}

func (e *expander) unsetWord(name string, exp *syntax.Expansion, colon bool) error {
	message, err := e.wordText(exp.Word, false)
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
	if s.bash && s.opts.command && !s.sub {
		return s.exit(proc.NotFound)
	}
	return err
}

func (e *expander) assignWord(x *subject, exp *syntax.Expansion, dq bool) error {
	if !e.s.bash && !syntax.ValidName(x.name) {
		return e.s.fail("%s: bad variable name", x.name)
	}
	value, err := e.wordText(exp.Word, dq)
	if err != nil {
		return err
	}
	if e.s.bash {
		err = e.s.setElement(x.name, value)
	} else {
		err = e.s.set(x.name, value)
	}
	e.add(value, expansionOrigin(dq))
	return err
}
