package shell

import (
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// A subject is what a parameter expansion is about.
type subject struct {
	name   string
	values []string // one, but for $@, $* and all of an array
	many   string   // "@" or "*" for those
	isSet  bool
	list   *list // bash: the array that values are all of
}

func (x *subject) value() string {
	if x.many != "" {
		return strings.Join(x.values, " ")
	}
	return x.values[0]
}

// param expands $x and ${x...}; in double quotes if dq.
func (e *expander) param(p *syntax.ParamExp, dq bool) error {
	x, err := e.subject(p)
	if err != nil {
		return err
	}
	switch {
	case p.Length:
		err = e.length(x, dq)
	case p.Slice != nil:
		err = e.slice(x, p.Slice, dq)
	case p.Repl != nil:
		err = e.replace(x, p.Repl, dq)
	case p.Exp != nil:
		err = e.operator(x, p.Exp, dq)
	default:
		if err = e.s.mustBeSet(x); err == nil {
			e.emit(x, dq)
		}
	}
	return err
}

// subject finds the parameter that p names.
func (e *expander) subject(p *syntax.ParamExp) (*subject, error) {
	if e.s.bash {
		return e.bashSubject(p)
	}
	if p.Excl || p.Index != nil || p.Slice != nil || p.Repl != nil || p.Names != 0 {
		return nil, e.s.fail("Bad substitution")
	}
	return e.s.named(p.Param.Value), nil
}

// named is the subject of a plain name.
func (s *shell) named(name string) *subject {
	if name == "@" || name == "*" {
		return &subject{name: name, values: s.params, many: name, isSet: len(s.params) > 0}
	}
	value, ok := s.parameter(name)
	return &subject{name: name, values: []string{value}, isSet: ok}
}

// mustBeSet fails for an unset parameter under "set -u".
func (s *shell) mustBeSet(x *subject) error {
	if !x.isSet && s.opts.nounset && x.many == "" {
		return s.unsetParameter(x.name, "")
	}
	return nil
}

// emit adds the values of x to the word.
func (e *expander) emit(x *subject, dq bool) {
	from := expansionOrigin(dq)
	switch {
	case x.many == "":
		e.add(x.values[0], from)
	case e.whole && (x.many == "*" || !e.s.bash) || x.many == "*" && dq:
		e.add(strings.Join(x.values, e.s.joiner()), from)
	case e.whole:
		e.add(strings.Join(x.values, " "), from)
	default:
		for i, v := range x.values {
			switch {
			case i == 0:
			case dq || e.s.bash:
				e.next()
			default:
				e.cur = append(e.cur, segment{from: boundary})
			}
			e.add(v, from)
		}
		e.none = e.none || len(x.values) == 0
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

// length expands ${#x}.
func (e *expander) length(x *subject, dq bool) error {
	if err := e.s.mustBeSet(x); err != nil {
		return err
	}
	n := len(x.value())
	switch {
	case x.many != "" && e.s.bash:
		n = len(x.values)
	case x.many != "":
		n = len(strings.Join(x.values, e.s.joiner())) // dash does not count them
	}
	e.add(strconv.Itoa(n), expansionOrigin(dq))
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
		return strconv.Itoa(s.lastJob), s.lastJob != 0
	case "-":
		return s.opts.String(), true
	case "0":
		return s.name, true
	}
	if isDigit(name[0]) {
		n, err := strconv.Atoi(name)
		if err != nil || n > len(s.params) || n < 1 {
			return "", false
		}
		return s.params[n-1], true
	}
	return s.get(name)
}
