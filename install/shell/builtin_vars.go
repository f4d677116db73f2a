package shell

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"coen/install/proc"
)

// export is export and readonly.
func (s *shell) export(c *call) (int, error) {
	flag := exported
	if c.args[0] == "readonly" {
		flag = readOnly
	}
	args := c.args[1:]
	if len(args) > 0 && args[0] == "-p" || len(args) == 0 {
		s.printAttribute(c.args[0], flag)
		return 0, nil
	}
	if args[0] == "--" {
		args = args[1:]
	}
	for _, arg := range args {
		name, value, assigns := strings.Cut(arg, "=")
		if !syntax.ValidName(name) {
			return 0, s.fail("%s: %s: bad variable name", c.args[0], arg)
		}
		if assigns {
			if err := s.set(name, value); err != nil {
				return 0, err
			}
		}
		s.addFlags(name, flag)
	}
	return 0, nil
}

func (s *shell) printAttribute(command string, flag varFlags) {
	for _, name := range s.sorted(flag) {
		if v := s.vars[name]; v.isSet {
			s.printf("%s %s=%s\n", command, name, quote(v.value))
		} else {
			s.printf("%s %s\n", command, name)
		}
	}
}

// local makes variables local to the function being called.
func (s *shell) local(c *call) (int, error) {
	sc := s.scope()
	if sc == nil {
		return 0, s.fail("local: not in a function")
	}
	for _, arg := range c.args[1:] {
		if arg == "-" {
			if sc.opts == nil {
				old := s.opts
				sc.opts = &old
			}
			continue
		}
		name, value, assigns := strings.Cut(arg, "=")
		if !syntax.ValidName(name) {
			return 0, s.fail("local: %s: bad variable name", arg)
		}
		s.makeLocal(sc, name)
		if assigns {
			if err := s.set(name, value); err != nil {
				return 0, err
			}
		}
	}
	return 0, nil
}

// scope returns the scope of the function being called, or nil.
func (s *shell) scope() *scope {
	for i := len(s.locals) - 1; i >= 0; i-- {
		if !s.locals[i].transparent {
			return s.locals[i]
		}
	}
	return nil
}

func (s *shell) unsetBuiltin(c *call) (int, error) {
	args := c.args[1:]
	functions, variables := false, false
	for len(args) > 0 && strings.HasPrefix(args[0], "-") && len(args[0]) > 1 {
		opt := args[0]
		args = args[1:]
		if opt == "--" {
			break
		}
		for _, letter := range opt[1:] {
			switch letter {
			case 'f':
				functions = true
			case 'v':
				variables = true
			default:
				return 0, s.fail("unset: Illegal option -%c", letter)
			}
		}
	}
	for _, name := range args {
		if functions && !variables {
			delete(s.funcs, name)
			continue
		}
		if s.bash {
			if done, err := s.unsetBash(name, variables); done || err != nil {
				if err != nil {
					return 0, err
				}
				continue
			}
		}
		if !syntax.ValidName(name) {
			return 0, s.fail("unset: %s: bad variable name", name)
		}
		if err := s.unset(name); err != nil {
			return 0, err
		}
	}
	return 0, nil
}

// ulimit knows no limits.
func (s *shell) ulimit(c *call) (int, error) {
	args := slices.DeleteFunc(slices.Clone(c.args[1:]), func(arg string) bool { return strings.HasPrefix(arg, "-") })
	if slices.Contains(c.args, "-a") {
		return 0, &proc.Unmodelled{What: "ulimit -a"}
	}
	if len(args) == 0 {
		s.printf("unlimited\n")
	}
	return 0, nil
}
