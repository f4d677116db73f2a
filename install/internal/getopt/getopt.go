// Package getopt splits the arguments of a command into options and operands,
// in the two dialects that Debian's administration commands speak: that of
// getopt_long(3) and that of Perl's Getopt::Long.
//
// An option is declared by its names, parted by "|", the last of which is the
// one the caller sees, and a suffix: ":" if it takes a value, "?" if the value
// may be left out. One-letter names are short options:
//
//	opts, rest, err := getopt.Parse(p.Args[1:], "r|system", "g|gid:", "help")
//
// Limits: options and operands may be mixed, as GNU programs allow; an unknown
// option is an error, never skipped.
package getopt

import (
	"fmt"
	"strings"
)

// An Option is one option as given, by its declared name.
type Option struct {
	Name  string
	Value string
}

type arity byte

const (
	none arity = iota
	required
	optional
)

type spec struct {
	name  string // what the caller sees
	arity arity
}

// A dialect is how words become options.
type dialect struct {
	perl  bool // one dash introduces a long option too; case does not matter
	short map[string]spec
	long  map[string]spec
}

// Parse splits args as getopt_long(3) does. The error reads like glibc's
// message, without the name of the program.
func Parse(args []string, decls ...string) ([]Option, []string, error) {
	return declare(false, decls).split(args, false)
}

// ParsePerl splits args as Perl's Getopt::Long does by default: long options
// only, introduced by one dash or two, in any case.
func ParsePerl(args []string, decls ...string) ([]Option, []string, error) {
	return declare(true, decls).split(args, false)
}

// ParseLeading is Parse for programs that stop at the first operand.
func ParseLeading(args []string, decls ...string) ([]Option, []string, error) {
	return declare(false, decls).split(args, true)
}

func declare(perl bool, decls []string) dialect {
	d := dialect{perl: perl, short: map[string]spec{}, long: map[string]spec{}}
	for _, decl := range decls {
		names, s := decl, spec{}
		if n, ok := strings.CutSuffix(decl, ":"); ok {
			names, s.arity = n, required
		} else if n, ok := strings.CutSuffix(decl, "?"); ok {
			names, s.arity = n, optional
		}
		all := strings.Split(names, "|")
		s.name = all[len(all)-1]
		for _, n := range all {
			if len(n) == 1 && !perl {
				d.short[n] = s
			} else {
				d.long[n] = s
			}
		}
	}
	return d
}

func (d dialect) split(args []string, leading bool) (opts []Option, rest []string, err error) {
	for len(args) > 0 {
		word := args[0]
		args = args[1:]
		switch {
		case word == "--":
			return opts, append(rest, args...), nil
		case strings.HasPrefix(word, "--"):
			opts, args, err = d.takeLong(opts, word, word[2:], args)
		case len(word) > 1 && word[0] == '-' && d.perl:
			opts, args, err = d.takeLong(opts, word, word[1:], args)
		case len(word) > 1 && word[0] == '-':
			opts, args, err = d.takeShort(opts, word[1:], args)
		case leading:
			return opts, append(rest, append([]string{word}, args...)...), nil
		default:
			rest = append(rest, word)
		}
		if err != nil {
			return nil, nil, err
		}
	}
	return opts, rest, nil
}

func (d dialect) takeLong(opts []Option, word, body string, args []string) ([]Option, []string, error) {
	name, value, given := strings.Cut(body, "=")
	s, err := d.find(name)
	switch {
	case err != nil:
		return nil, nil, err
	case given && s.arity == none:
		return nil, nil, fmt.Errorf("option '--%s' doesn't allow an argument", name)
	case given, s.arity == none:
	case s.arity == required && len(args) > 0,
		s.arity == optional && d.perl && len(args) > 0 && !strings.HasPrefix(args[0], "-"):
		value, args = args[0], args[1:]
	case s.arity == required:
		return nil, nil, fmt.Errorf("option '%s' requires an argument", word)
	}
	return append(opts, Option{s.name, value}), args, nil
}

// find looks up a long option, which may be abbreviated as long as it is clear
// what it means.
func (d dialect) find(name string) (spec, error) {
	if d.perl {
		name = strings.ToLower(name)
	}
	if s, ok := d.long[name]; ok {
		return s, nil
	}
	var found spec
	for long, s := range d.long {
		if !strings.HasPrefix(long, name) {
			continue
		}
		if found.name != "" && found.name != s.name {
			return spec{}, fmt.Errorf("option '--%s' is ambiguous", name)
		}
		found = s
	}
	if found.name == "" || name == "" {
		return spec{}, fmt.Errorf("unrecognized option '--%s'", name)
	}
	return found, nil
}

func (d dialect) takeShort(opts []Option, letters string, args []string) ([]Option, []string, error) {
	for i := range len(letters) {
		name, tail := letters[i:i+1], letters[i+1:]
		s, ok := d.short[name]
		switch {
		case !ok:
			return nil, nil, fmt.Errorf("invalid option -- '%s'", name)
		case s.arity == none:
			opts = append(opts, Option{s.name, ""})
			continue
		case tail == "" && s.arity == required && len(args) == 0:
			return nil, nil, fmt.Errorf("option requires an argument -- '%s'", name)
		case tail == "" && s.arity == required:
			tail, args = args[0], args[1:]
		}
		return append(opts, Option{s.name, tail}), args, nil
	}
	return opts, args, nil
}
