package shell

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// commandBuiltin is "command": it runs a command that is no function and takes
// away what is special about a builtin, or says what a name means.
func (s *shell) commandBuiltin(c *call) (int, error) {
	args, describe := c.args[1:], byte(0)
	for len(args) > 0 && len(args[0]) > 1 && args[0][0] == '-' {
		opt := args[0]
		args = args[1:]
		if opt == "--" {
			break
		}
		for _, letter := range []byte(opt[1:]) {
			switch letter {
			case 'v', 'V':
				describe = letter
			case 'p':
			default:
				return 0, s.fail("command: Illegal option -%c", letter)
			}
		}
	}
	if describe != 0 {
		status := 0
		for _, name := range args {
			if !s.describe(name, describe == 'V') {
				status = 127
				if s.bash {
					status = 1
				}
			}
		}
		return status, nil
	}
	if len(args) == 0 {
		return 0, nil
	}
	inner := &call{args: args, tested: c.tested}
	if inner.builtin = s.builtin(args[0]); inner.builtin != nil {
		err := s.runBuiltin(inner)
		return s.status, err
	}
	err := s.external(args)
	return s.status, err
}

func (s *shell) typeBuiltin(c *call) (int, error) {
	status := 0
	for _, name := range c.args[1:] {
		if !s.describe(name, true) {
			status = 127
		}
	}
	return status, nil
}

// describe says what a name means as a command: long for "type", short for
// "command -v".
func (s *shell) describe(name string, long bool) bool {
	say := func(short, text string) bool {
		if long {
			s.printf("%s%s\n", name, text)
		} else {
			s.printf("%s\n", short)
		}
		return true
	}
	switch {
	case keywords[name] && (s.bash || !bashKeywords[name]):
		return say(name, " is a shell keyword")
	case s.isAlias(name):
		return say("alias "+name+"="+quote(s.alias[name]), " is an alias for "+s.alias[name])
	case specials[name] && s.builtin(name) != nil:
		return say(name, " is a special shell builtin")
	case s.funcs[name] != nil:
		return say(name, " is a shell function")
	case s.builtin(name) != nil:
		return say(name, " is a shell builtin")
	}
	if file, ok := s.child([]string{name}).Find(name); ok {
		if strings.Contains(name, "/") {
			file = name
		}
		return say(file, " is "+file)
	}
	if long && s.bash {
		s.warn("type: %s: not found", name)
	} else if long {
		s.printf("%s: not found\n", name)
	}
	return false
}

func (s *shell) isAlias(name string) bool {
	_, ok := s.alias[name]
	return ok
}

var keywords = map[string]bool{
	"!": true, "{": true, "}": true, "case": true, "do": true, "done": true, "elif": true, "else": true,
	"esac": true, "fi": true, "for": true, "if": true, "in": true, "then": true, "until": true, "while": true,
	"[[": true, "]]": true, "function": true, "select": true, "time": true, "coproc": true,
}

var bashKeywords = map[string]bool{
	"[[": true, "]]": true, "function": true, "select": true, "time": true, "coproc": true,
}

// hash remembers nothing, as looking a command up is cheap.
func (s *shell) hash(c *call) (int, error) {
	status := 0
	for _, name := range c.args[1:] {
		if strings.HasPrefix(name, "-") || s.builtin(name) != nil || s.funcs[name] != nil {
			continue
		}
		if _, ok := s.child([]string{name}).Find(name); !ok {
			s.warn("hash: %s: not found", name)
			status = 1
		}
	}
	return status, nil
}

// aliasBuiltin keeps aliases, which are never expanded: the parser would have
// to do it.
func (s *shell) aliasBuiltin(c *call) (int, error) {
	if len(c.args) == 1 {
		for _, name := range slices.Sorted(maps.Keys(s.alias)) {
			s.printf("%s=%s\n", name, quote(s.alias[name]))
		}
	}
	status := 0
	for _, arg := range c.args[1:] {
		name, value, assigns := strings.Cut(arg, "=")
		switch {
		case assigns && name != "":
			s.alias[name] = value
		case s.isAlias(name):
			s.printf("%s=%s\n", name, quote(s.alias[name]))
		default:
			s.warn("alias: %s not found", name)
			status = 1
		}
	}
	return status, nil
}

func (s *shell) unalias(c *call) (int, error) {
	status := 0
	for _, name := range c.args[1:] {
		switch {
		case name == "-a":
			clear(s.alias)
		case s.isAlias(name):
			delete(s.alias, name)
		default:
			s.warn("unalias: %s not found", name)
			status = 1
		}
	}
	return status, nil
}

// signals are the signals of Linux by number, as trap names them.
var signals = []string{
	"EXIT", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2",
	"PIPE", "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU",
	"XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS",
}

// trap sets what happens on a signal or at the exit. No signal ever comes.
func (s *shell) trap(c *call) (int, error) {
	args := c.args[1:]
	if len(args) > 0 && args[0] == "--" {
		args = args[1:]
	}
	if len(args) == 0 || args[0] == "-p" {
		for _, name := range signals {
			if action, ok := s.traps[name]; ok {
				s.printf("trap -- %s %s\n", quote(action), name)
			}
		}
		return 0, nil
	}
	action, conditions := args[0], args[1:]
	reset := action == "-"
	if len(conditions) == 0 || isUnsigned(action) {
		reset, conditions = true, args
	}
	status := 0
	for _, condition := range conditions {
		name, ok := s.signal(condition)
		switch {
		case !ok:
			s.warn("trap: %s: bad trap", condition)
			status = 1
		case reset:
			delete(s.traps, name)
		default:
			s.traps[name] = action
		}
	}
	return status, nil
}

func isUnsigned(text string) bool {
	return text != "" && strings.Trim(text, "0123456789") == ""
}

// signal returns the name of a signal given by name or number.
func (s *shell) signal(text string) (string, bool) {
	if n, err := strconv.Atoi(text); err == nil {
		if n < 0 || n >= len(signals) {
			return "", false
		}
		return signals[n], true
	}
	name := strings.ToUpper(text)
	if s.bash {
		name = strings.TrimPrefix(name, "SIG")
		if name == "ERR" || name == "DEBUG" || name == "RETURN" {
			return name, true
		}
	}
	return name, slices.Contains(signals, name)
}
