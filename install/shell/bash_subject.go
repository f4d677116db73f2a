package shell

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"coen/install/proc"
)

// changing names the variables whose value differs from run to run.
var changing = map[string]bool{
	"RANDOM": true, "SRANDOM": true, "EPOCHREALTIME": true, "BASHPID": true,
}

// bashSubject finds what an expansion of bash is about.
func (e *expander) bashSubject(p *syntax.ParamExp) (*subject, error) {
	s, name := e.s, p.Param.Value
	if changing[name] && !s.vars[name].isSet {
		return nil, &proc.Unmodelled{What: "$" + name}
	}
	switch {
	case p.Excl && p.Names != 0:
		return s.namesSubject(name, p.Names), nil
	case p.Excl && p.Index != nil && wholeIndex(p.Index) != "":
		x := s.arraySubject(name, wholeIndex(p.Index))
		x.values = x.keys()
		return x, nil
	case p.Index != nil && wholeIndex(p.Index) != "":
		return s.arraySubject(name, wholeIndex(p.Index)), nil
	case p.Index != nil:
		key, err := s.key(name, p.Index)
		if err != nil {
			return nil, err
		}
		full := name + "[" + key + "]"
		value, ok := s.elementOf(name, key)
		return &subject{name: full, values: []string{value}, isSet: ok}, nil
	case p.Excl:
		return s.indirect(name)
	}
	if name == "LINENO" {
		return &subject{name: name, values: []string{strconv.Itoa(s.line)}, isSet: true}, nil
	}
	if s.dynamicList(name) != nil {
		value, ok := s.elementOf(name, "0")
		return &subject{name: name, values: []string{value}, isSet: ok}, nil
	}
	return s.named(name), nil
}

// elementOf returns an element of an array or of a plain variable.
func (s *shell) elementOf(name, key string) (string, bool) {
	l := s.dynamicList(name)
	if l == nil {
		l = s.vars[name].list
	}
	if l != nil {
		return l.get(key)
	}
	if key == "0" {
		return s.get(name)
	}
	return "", false
}

// dynamicList returns the arrays that bash keeps about calls and pipelines.
func (s *shell) dynamicList(name string) *list {
	l := &list{items: map[string]string{}}
	switch name {
	case "PIPESTATUS":
		for i, status := range s.pipeStatus {
			l.set(strconv.Itoa(i), strconv.Itoa(status))
		}
		return l
	case "FUNCNAME", "BASH_SOURCE":
	default:
		return nil
	}
	for i := len(s.callers) - 1; i >= 0; i-- {
		value := s.callers[i].name
		if name == "BASH_SOURCE" {
			value = s.callers[i].file
		}
		l.set(l.next(), value)
	}
	switch {
	case s.opts.command:
	case name == "BASH_SOURCE":
		l.set(l.next(), s.name)
	case len(l.items) > 0:
		l.set(l.next(), "main")
	}
	return l
}

// arraySubject is all of an array; a plain variable is an array of one.
func (s *shell) arraySubject(name, many string) *subject {
	x := &subject{name: name, many: many, list: s.vars[name].list}
	if l := s.dynamicList(name); l != nil {
		x.list = l
	}
	if x.list == nil {
		x.list = &list{items: map[string]string{}}
		if value, ok := s.get(name); ok {
			x.list.set("0", value)
		}
	}
	x.values = x.list.values()
	x.isSet = len(x.values) > 0
	return x
}

func (x *subject) keys() []string { return x.list.keys() }

// namesSubject is ${!prefix*}.
func (s *shell) namesSubject(prefix string, op syntax.ParNamesOperator) *subject {
	x := &subject{name: prefix, many: "*", isSet: true}
	if op == syntax.NamesPrefixWords {
		x.many = "@"
	}
	for _, name := range slices.Sorted(maps.Keys(s.vars)) {
		if _, set := s.get(name); set && strings.HasPrefix(name, prefix) {
			x.values = append(x.values, name)
		}
	}
	return x
}

// indirect is ${!name}: the parameter that name's value names.
func (s *shell) indirect(name string) (*subject, error) {
	target, ok := s.parameter(name)
	base, rest, subscript := strings.Cut(target, "[")
	switch {
	case !ok || target == "":
		return nil, s.fail("%s: invalid indirect expansion", name)
	case target == "@" || target == "*" || isUnsigned(target) || strings.ContainsAny(target, "#?$!-") && len(target) == 1:
		return s.named(target), nil
	case !syntax.ValidName(base):
		return nil, s.fail("%s: invalid variable name", target)
	case subscript && (rest == "@]" || rest == "*]"):
		return s.arraySubject(base, rest[:1]), nil
	}
	value, ok := s.element(target)
	return &subject{name: target, values: []string{value}, isSet: ok}, nil
}
