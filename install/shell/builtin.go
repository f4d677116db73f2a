package shell

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"coen/install/proc"
)

// A builtin is a command that runs in the shell itself.
type builtin func(s *shell, c *call) (int, error)

// specials are the special builtins (XCU 2.14): their errors end the shell and
// the assignments before them stay. local is one in dash.
var specials = map[string]bool{
	".": true, ":": true, "break": true, "continue": true, "eval": true, "exec": true, "exit": true,
	"export": true, "local": true, "readonly": true, "return": true, "set": true, "shift": true,
	"times": true, "trap": true, "unset": true,
}

var builtins map[string]builtin

func init() { // breaks the initialisation cycle with eval and command
	builtins = map[string]builtin{
		".": (*shell).dot, ":": nothing, "break": (*shell).breakOut, "continue": (*shell).breakOut,
		"eval": (*shell).evalBuiltin, "exec": (*shell).exec, "exit": (*shell).exitBuiltin,
		"export": (*shell).export, "local": (*shell).local, "readonly": (*shell).export,
		"return": (*shell).returnBuiltin, "set": (*shell).setBuiltin, "shift": (*shell).shift,
		"times": (*shell).times, "trap": (*shell).trap, "unset": (*shell).unsetBuiltin,

		"[": model(Test), "test": model(Test), "echo": model(Echo), "printf": model(Printf),
		"true": nothing, "false": func(*shell, *call) (int, error) { return 1, nil },
		"alias": (*shell).aliasBuiltin, "unalias": (*shell).unalias,
		"bg": jobControl, "fg": jobControl, "jobs": nothing,
		"cd": (*shell).cd, "chdir": (*shell).cd, "pwd": (*shell).pwd,
		"command": (*shell).commandBuiltin, "type": (*shell).typeBuiltin, "hash": (*shell).hash,
		"getopts": (*shell).getopts, "read": (*shell).read,
		"kill": (*shell).kill, "wait": (*shell).wait,
		"ulimit": (*shell).ulimit, "umask": (*shell).umask,
	}
}

// builtin returns the builtin called name, or nil.
func (s *shell) builtin(name string) builtin {
	if s.bash {
		if f := bashBuiltins[name]; f != nil {
			return f
		}
	}
	return builtins[name]
}

func nothing(*shell, *call) (int, error) { return 0, nil }

func jobControl(s *shell, c *call) (int, error) {
	s.warn("%s: No current job", c.args[0])
	return 2, nil
}

// model makes a builtin of the model of a command.
func model(f proc.Func) builtin {
	return func(s *shell, c *call) (int, error) {
		p := *s.proc
		p.Args = c.args
		return f(&p)
	}
}

func (s *shell) printf(format string, args ...any) {
	fmt.Fprintf(s.proc.Stdout(), format, args...)
}

// natural reads a number that is not negative.
func (s *shell) natural(command, text string) (int, error) {
	n, err := strconv.ParseInt(text, 10, 32)
	if err != nil || n < 0 {
		return 0, s.fail("%s: Illegal number: %s", command, text)
	}
	return int(n), nil
}

func (s *shell) shift(c *call) (int, error) {
	n := 1
	if len(c.args) > 1 {
		var err error
		if n, err = s.natural("shift", c.args[1]); err != nil {
			return 0, err
		}
	}
	if n > len(s.params) {
		if s.bash {
			return 1, nil
		}
		return 0, s.fail("shift: can't shift that many")
	}
	s.params = s.params[n:]
	s.getopt = getoptState{}
	return 0, nil
}

func (s *shell) setBuiltin(c *call) (int, error) {
	if len(c.args) == 1 {
		for _, name := range slices.Sorted(maps.Keys(s.vars)) {
			if value, ok := s.get(name); ok {
				s.printf("%s=%s\n", name, quote(value))
			}
		}
		return 0, nil
	}
	rest, err := s.setOptions(c.args[1:])
	if err != nil {
		return 0, err
	}
	if len(rest) > 0 || slices.Contains(c.args, "--") {
		s.params = slices.Clone(rest)
		s.getopt = getoptState{}
	}
	return 0, nil
}

func (s *shell) times(*call) (int, error) {
	s.printf("0m0.00s 0m0.00s\n0m0.00s 0m0.00s\n")
	return 0, nil
}

// wait reports on background commands, which have long ended.
func (s *shell) wait(c *call) (int, error) {
	status := 0
	for _, arg := range c.args[1:] {
		n, err := strconv.Atoi(arg)
		if err != nil {
			return 0, s.fail("wait: Illegal number: %s", arg)
		}
		known := false
		if status, known = s.jobs[n]; !known {
			status = 127
		}
	}
	return status, nil
}

// kill can only ask whether a process exists.
func (s *shell) kill(c *call) (int, error) {
	if len(c.args) != 3 || c.args[1] != "-0" {
		return 0, &proc.Unmodelled{What: "kill: sending signals"}
	}
	if c.args[2] == strconv.Itoa(pid) {
		return 0, nil
	}
	s.warn("kill: No such process")
	return 1, nil
}
