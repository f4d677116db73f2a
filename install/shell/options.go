package shell

import (
	"slices"
	"strings"
)

// options are the settings of "set".
type options struct {
	allexport, errexit, noglob, noexec, nounset, verbose, xtrace, noclobber bool
	vi, emacs, privileged, nolog, debug                                     bool
	pipefail, hashall, posix, interactive, monitor, ignoreeof, notify       bool
	physical, braceexpand, errtrace, functrace, stdin, command              bool
}

// An option has a letter, a name or both.
type option struct {
	letter byte
	name   string
	field  func(*options) *bool
	bash   bool // unknown to dash
}

// optionList is in the order of dash, whose "$-" shows the letters from the end.
var optionList = []option{
	{'e', "errexit", func(o *options) *bool { return &o.errexit }, false},
	{'f', "noglob", func(o *options) *bool { return &o.noglob }, false},
	{'I', "ignoreeof", func(o *options) *bool { return &o.ignoreeof }, false},
	{'i', "interactive", func(o *options) *bool { return &o.interactive }, false},
	{'m', "monitor", func(o *options) *bool { return &o.monitor }, false},
	{'n', "noexec", func(o *options) *bool { return &o.noexec }, false},
	{'s', "stdin", func(o *options) *bool { return &o.stdin }, false},
	{'x', "xtrace", func(o *options) *bool { return &o.xtrace }, false},
	{'v', "verbose", func(o *options) *bool { return &o.verbose }, false},
	{'V', "vi", func(o *options) *bool { return &o.vi }, false},
	{'E', "emacs", func(o *options) *bool { return &o.emacs }, false},
	{'C', "noclobber", func(o *options) *bool { return &o.noclobber }, false},
	{'a', "allexport", func(o *options) *bool { return &o.allexport }, false},
	{'b', "notify", func(o *options) *bool { return &o.notify }, false},
	{'u', "nounset", func(o *options) *bool { return &o.nounset }, false},
	{'p', "privileged", func(o *options) *bool { return &o.privileged }, false},
	{0, "nolog", func(o *options) *bool { return &o.nolog }, false},
	{0, "debug", func(o *options) *bool { return &o.debug }, false},
	{'h', "hashall", func(o *options) *bool { return &o.hashall }, true},
	{'B', "braceexpand", func(o *options) *bool { return &o.braceexpand }, true},
	{'E', "errtrace", func(o *options) *bool { return &o.errtrace }, true},
	{'P', "physical", func(o *options) *bool { return &o.physical }, true},
	{'T', "functrace", func(o *options) *bool { return &o.functrace }, true},
	{0, "pipefail", func(o *options) *bool { return &o.pipefail }, true},
	{0, "posix", func(o *options) *bool { return &o.posix }, true},
}

// String is the value of "$-".
func (o options) String() string {
	var b strings.Builder
	for _, opt := range slices.Backward(optionList) {
		if opt.letter != 0 && *opt.field(&o) {
			b.WriteByte(opt.letter)
		}
	}
	return b.String()
}

// setOptions handles the options at the start of args and returns the other
// arguments, without a "-" or "--" that ends the options.
func (s *shell) setOptions(args []string) ([]string, error) {
	for len(args) > 0 {
		arg := args[0]
		if arg == "-" {
			s.opts.xtrace, s.opts.verbose = false, false
			return args[1:], nil
		}
		if len(arg) < 2 || arg[0] != '-' && arg[0] != '+' {
			return args, nil
		}
		args = args[1:]
		if arg == "--" {
			return args, nil
		}
		for i := 1; i < len(arg); i++ {
			if arg[i] != 'o' {
				if err := s.setLetter(arg[i], arg[0] == '-'); err != nil {
					return nil, err
				}
				continue
			}
			if len(args) == 0 {
				s.printOptions(arg[0] == '-')
				continue
			}
			if err := s.setNamed(args[0], arg[0] == '-'); err != nil {
				return nil, err
			}
			args = args[1:]
		}
	}
	return args, nil
}

func (s *shell) setLetter(letter byte, on bool) error {
	for _, opt := range optionList {
		if opt.letter == letter && (s.bash || !opt.bash) {
			*opt.field(&s.opts) = on
			return nil
		}
	}
	return s.fail("set: Illegal option -%c", letter)
}

func (s *shell) setNamed(name string, on bool) error {
	for _, opt := range optionList {
		if opt.name == name && (s.bash || !opt.bash) {
			*opt.field(&s.opts) = on
			return nil
		}
	}
	return s.fail("set: Illegal option -o %s", name)
}

// printOptions lists the options, as a table or as commands.
func (s *shell) printOptions(table bool) {
	if table && !s.bash {
		s.printf("Current option settings\n")
	}
	for _, opt := range optionList {
		on := *opt.field(&s.opts)
		switch {
		case opt.bash && !s.bash:
		case table:
			s.printf("%-16s%s\n", opt.name, map[bool]string{true: "on", false: "off"}[on])
		default:
			s.printf("set %so %s\n", map[bool]string{true: "-", false: "+"}[on], opt.name)
		}
	}
}
