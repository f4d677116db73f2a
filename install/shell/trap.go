package shell

import (
	"slices"
	"strconv"
	"strings"
)

// signals are the signals of Linux by number, as trap names them.
var signals = []string{
	"EXIT", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2",
	"PIPE", "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU",
	"XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS",
}

// trap sets what happens on a signal or at the exit. No signal ever comes.
func (s *shell) trap(c *call) (int, error) {
	args := c.operands()
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
