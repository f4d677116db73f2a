package command

import (
	"slices"
	"strings"

	"coen/install/proc"
)

// options are the options of a command, as getopt_long(3) has them.
type options struct {
	kinds   map[string]option // by every name, without dashes
	ordered bool              // the first operand ends the options
	numeric bool              // "-5" is an option, too
	none    bool              // there are no options at all
}

type option struct {
	name  string // the first of its names
	value need
}

type need byte

const (
	noValue  need = iota // takes no value
	required             // "-n 5", "-n5", "--lines=5", "--lines 5"
	optional             // "-i.bak", "--in-place=.bak"
)

// parseOptions reads the notation in which commands list their options: fields
// divided by spaces, each holding the names of one option divided by commas
// and, after the last, ":" if it takes a value or "::" if it may take one.
// "+" ends the options at the first operand, "#" admits -NUMBER under the name
// "#", and "-" alone means that the command parses its arguments itself.
//
//	"f,force t,target-directory: b,backup:: +"
func parseOptions(notation string) *options {
	o := &options{kinds: map[string]option{}}
	for field := range strings.FieldsSeq(notation) {
		switch field {
		case "+":
			o.ordered = true
		case "#":
			o.numeric = true
		case "-":
			o.none = true
		default:
			o.add(field)
		}
	}
	return o
}

func (o *options) add(field string) {
	names := strings.TrimRight(field, ":")
	kind := need(len(field) - len(names))
	first, _, _ := strings.Cut(names, ",")
	for name := range strings.SplitSeq(names, ",") {
		o.kinds[name] = option{first, kind}
	}
}

// arguments are a command's parsed arguments.
type arguments struct {
	given    []setting // options in the order they were given
	operands []string
}

// A setting is an option as given, under the first of its names.
type setting struct{ name, value string }

// has reports whether the option was given.
func (a *arguments) has(name string) bool {
	return slices.ContainsFunc(a.given, func(s setting) bool { return s.name == name })
}

// value returns the last value given for an option, or "".
func (a *arguments) value(name string) string {
	v := ""
	for _, s := range a.given {
		if s.name == name {
			v = s.value
		}
	}
	return v
}

// last returns which of the named options was given last, or "".
func (a *arguments) last(names ...string) string {
	for _, s := range slices.Backward(a.given) {
		if slices.Contains(names, s.name) {
			return s.name
		}
	}
	return ""
}

// parse divides the arguments of p into options and operands, in any order as
// GNU's getopt does.
func (o *options) parse(p *proc.Proc) (arguments, error) {
	if o.none {
		return arguments{operands: p.Args[1:]}, nil
	}
	r := reader{options: o, Proc: p, rest: p.Args[1:]}
	err := r.all()
	return r.arguments, err
}

// A reader goes through the arguments of one command.
type reader struct {
	*options
	*proc.Proc
	arguments
	rest []string
}

func (r *reader) all() error {
	for len(r.rest) > 0 {
		arg := r.rest[0]
		r.rest = r.rest[1:]
		var err error
		switch {
		case arg == "--":
			r.operands = append(r.operands, r.rest...)
			return nil
		case strings.HasPrefix(arg, "--"):
			err = r.long(arg[2:])
		case arg == "-" || !strings.HasPrefix(arg, "-"):
			r.operands = append(r.operands, arg)
			if r.ordered {
				r.operands = append(r.operands, r.rest...)
				return nil
			}
		default:
			err = r.bundle(arg[1:])
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (r *reader) long(arg string) error {
	name, value, assigned := strings.Cut(arg, "=")
	o, ok := r.kinds[name]
	if !ok || len(name) == 1 || assigned && o.value == noValue {
		return r.Unmodelledf("option %q", "--"+arg)
	}
	if o.value == required && !assigned {
		if len(r.rest) == 0 {
			return r.Unmodelledf("option %q without its value", "--"+arg)
		}
		value, r.rest = r.rest[0], r.rest[1:]
	}
	r.given = append(r.given, setting{o.name, value})
	return nil
}

// bundle reads "-abc", where c may be the value of b.
func (r *reader) bundle(letters string) error {
	if r.numeric && isDigit(letters[0]) {
		n := len(letters) - len(strings.TrimLeft(letters, "0123456789"))
		r.given = append(r.given, setting{"#", letters[:n]})
		letters = letters[n:]
	}
	for len(letters) > 0 {
		o, ok := r.kinds[letters[:1]]
		if !ok {
			return r.Unmodelledf("option %q", "-"+letters[:1])
		}
		letters = letters[1:]
		value := ""
		switch {
		case o.value == optional || o.value == required && letters != "":
			value, letters = letters, ""
		case o.value == required && len(r.rest) == 0:
			return r.Unmodelledf("option %q without its value", "-"+o.name)
		case o.value == required:
			value, r.rest = r.rest[0], r.rest[1:]
		}
		r.given = append(r.given, setting{o.name, value})
	}
	return nil
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
