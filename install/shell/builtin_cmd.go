package shell

import (
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
