package shell

import (
	"strconv"

	"mvdan.cc/sh/v3/syntax"

	"coen/install/proc"
)

// convert applies the attributes of declare -i, -l and -u to a value.
func (s *shell) convert(flags varFlags, value string) (string, error) {
	switch {
	case flags&integer != 0:
		n, err := s.evaluate(value)
		return strconv.FormatInt(n, 10), err
	case flags&lower != 0:
		return mapBytes(value, toLower), nil
	}
	return mapBytes(value, toUpper), nil
}

func toLower(b byte) byte {
	if isUpper(b) {
		return b | 0x20
	}
	return b
}

func toUpper(b byte) byte {
	if isLower(b) {
		return b &^ 0x20
	}
	return b
}

func mapBytes(s string, f func(byte) byte) string {
	out := []byte(s)
	for i, b := range out {
		out[i] = f(b)
	}
	return string(out)
}

// caseChange returns what ${x^p}, ${x,,p} and ${x@op} do to a value.
func (e *expander) caseChange(x *subject, exp *syntax.Expansion) (func(string) (string, error), error) {
	if exp.Op == syntax.OtherParamOps {
		return e.at(exp)
	}
	p, err := e.wordPattern(exp.Word)
	if err != nil {
		return nil, err
	}
	if exp.Word == nil {
		p = &pattern{special: true, elems: []element{{kind: anyByte}}}
	}
	f, first := toUpper, false
	switch exp.Op {
	case syntax.UpperFirst:
		first = true
	case syntax.LowerFirst:
		f, first = toLower, true
	case syntax.LowerAll:
		f = toLower
	case syntax.UpperAll:
	default:
		return nil, e.s.fail("%s: bad substitution", x.name)
	}
	return func(v string) (string, error) {
		out := []byte(v)
		for i := range out {
			if p.match(v[i : i+1]) {
				out[i] = f(out[i])
			}
			if first {
				break
			}
		}
		return string(out), nil
	}, nil
}

// at returns what ${x@op} does to a value.
func (e *expander) at(exp *syntax.Expansion) (func(string) (string, error), error) {
	op := ""
	if exp.Word != nil {
		op = exp.Word.Lit()
	}
	switch op {
	case "Q":
		return func(v string) (string, error) { return bashQuote(v), nil }, nil
	case "U":
		return func(v string) (string, error) { return mapBytes(v, toUpper), nil }, nil
	case "L":
		return func(v string) (string, error) { return mapBytes(v, toLower), nil }, nil
	case "u":
		return func(v string) (string, error) {
			return mapBytes(v[:min(1, len(v))], toUpper) + v[min(1, len(v)):], nil
		}, nil
	case "E":
		return func(v string) (string, error) { return unescapeC(v), nil }, nil
	}
	return nil, &proc.Unmodelled{What: "expansion ${x@" + op + "}"}
}
