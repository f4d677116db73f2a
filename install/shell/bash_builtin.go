package shell

import (
	"strings"

	"coen/install/proc"
)

// bashBuiltins are the builtins that bash has besides those of builtins, or
// that differ.
var bashBuiltins map[string]builtin

func init() {
	bashBuiltins = map[string]builtin{
		"source": (*shell).dot, "declare": (*shell).declareWords, "typeset": (*shell).declareWords,
		"local": (*shell).declareWords, "export": (*shell).declareWords, "readonly": (*shell).declareWords,
		"let": (*shell).let, "shopt": (*shell).shoptBuiltin, "builtin": (*shell).builtinBuiltin,
		"mapfile": (*shell).mapfile, "readarray": (*shell).mapfile, "read": (*shell).bashRead,
		"echo": (*shell).bashEcho, "printf": (*shell).bashPrintf, "type": (*shell).bashType,
		"test": bashTest, "[": bashTest, "trap": (*shell).bashTrap,
	}
	for _, name := range []string{
		"bind", "caller", "compgen", "complete", "compopt", "dirs", "disown", "enable", "fc", "help",
		"history", "logout", "popd", "pushd", "suspend",
	} {
		bashBuiltins[name] = func(_ *shell, c *call) (int, error) {
			return 0, &proc.Unmodelled{What: "bash builtin " + c.args[0]}
		}
	}
}

func bashTest(s *shell, c *call) (int, error) {
	p := *s.proc
	p.Args = c.args
	return runTest(&p, s)
}

func (s *shell) let(c *call) (int, error) {
	if len(c.args) == 1 {
		s.warn("let: expression expected")
		return 1, nil
	}
	n := int64(0)
	for _, arg := range c.args[1:] {
		var err error
		if n, err = s.evaluate(arg); err != nil {
			return 0, err
		}
	}
	return truth(n != 0), nil
}

// shoptNames are the options of shopt, with their defaults in a script.
var shoptNames = map[string]bool{
	"extglob": false, "nullglob": false, "dotglob": false, "nocasematch": false, "nocaseglob": false,
	"globstar": false, "failglob": false, "lastpipe": false, "inherit_errexit": false, "expand_aliases": false,
	"sourcepath": true, "checkwinsize": true, "cmdhist": true, "execfail": false, "xpg_echo": false,
	"extquote": true, "force_fignore": true, "globasciiranges": true, "interactive_comments": true,
	"promptvars": true, "compat31": false, "login_shell": false, "huponexit": false, "checkhash": false,
}

// unmodelledShopt are the options that would change what is modelled.
var unmodelledShopt = map[string]bool{
	"nocasematch": true, "nocaseglob": true, "globstar": true, "failglob": true, "lastpipe": true,
	"expand_aliases": true, "execfail": true, "xpg_echo": true, "compat31": true,
}

func (s *shell) shoptBuiltin(c *call) (int, error) {
	args, mode, quiet := c.args[1:], byte(0), false
	for len(args) > 0 && strings.HasPrefix(args[0], "-") {
		for _, letter := range []byte(args[0][1:]) {
			switch letter {
			case 's', 'u':
				mode = letter
			case 'q':
				quiet = true
			case 'p':
			default:
				return 0, &proc.Unmodelled{What: "shopt " + args[0]}
			}
		}
		args = args[1:]
	}
	if len(args) == 0 {
		return 0, &proc.Unmodelled{What: "shopt without names"}
	}
	status := 0
	for _, name := range args {
		byDefault, known := shoptNames[name]
		if !known {
			s.warn("shopt: %s: invalid shell option name", name)
			status = 1
			continue
		}
		on, changed := s.shopt[name]
		if !changed {
			on = byDefault
		}
		switch {
		case mode != 0 && unmodelledShopt[name] && mode == 's':
			return 0, &proc.Unmodelled{What: "shopt -s " + name}
		case mode != 0:
			s.shopt[name] = mode == 's'
		case !quiet:
			s.printf("%-15s\t%s\n", name, map[bool]string{true: "on", false: "off"}[on])
		}
		if mode == 0 && !on {
			status = 1
		}
	}
	return status, nil
}

// builtinBuiltin runs a builtin and nothing else.
func (s *shell) builtinBuiltin(c *call) (int, error) {
	if len(c.args) == 1 {
		return 0, nil
	}
	inner := &call{args: c.args[1:], tested: c.tested, builtin: s.builtin(c.args[1])}
	if inner.builtin == nil {
		s.warn("builtin: %s: not a shell builtin", c.args[1])
		return 1, nil
	}
	err := s.runBuiltin(inner)
	return s.status, err
}

// bashType is type with -t, -p, -P and -a.
func (s *shell) bashType(c *call) (int, error) {
	args := c.args[1:]
	if len(args) == 0 || !strings.HasPrefix(args[0], "-") {
		status := 0
		for _, name := range args {
			if !s.describe(name, true) {
				status = 1
			}
		}
		return status, nil
	}
	option, status := args[0], 0
	for _, name := range args[1:] {
		kind := s.kind(name)
		file, found := s.child([]string{name}).Find(name)
		switch {
		case option == "-t" && kind != "":
			s.printf("%s\n", kind)
		case option == "-p" && kind == "file", option == "-P" && found:
			s.printf("%s\n", file)
		case kind == "" || option == "-P":
			status = 1
		case option != "-t" && option != "-p":
			return 0, &proc.Unmodelled{What: "type " + option}
		}
	}
	return status, nil
}

// kind is what type -t says.
func (s *shell) kind(name string) string {
	switch {
	case s.isAlias(name):
		return "alias"
	case keywords[name]:
		return "keyword"
	case s.funcs[name] != nil:
		return "function"
	case s.builtin(name) != nil:
		return "builtin"
	}
	if _, ok := s.child([]string{name}).Find(name); ok {
		return "file"
	}
	return ""
}

// bashTrap is trap without the conditions that are not modelled.
func (s *shell) bashTrap(c *call) (int, error) {
	for _, arg := range c.args[1:] {
		if arg == "ERR" || arg == "DEBUG" || arg == "RETURN" {
			return 0, &proc.Unmodelled{What: "trap on " + arg}
		}
	}
	return s.trap(c)
}
