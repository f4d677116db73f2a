package shell

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"coen/install/proc"
)

// substitute runs a command substitution and returns what it writes, without
// the newlines at the end.
func (s *shell) substitute(c *syntax.CmdSubst) (string, error) {
	if c.TempFile || c.ReplyVar {
		return "", &proc.Unmodelled{What: "command substitution in the current shell"}
	}
	out := &pipe{in: s.in}
	status, err := s.subshell(func(sub *shell) error {
		sub.proc.Files[1] = &proc.File{W: out}
		sub.substitutions++
		if s.bash {
			sub.opts.errexit = false
			if r, ok := readsFile(c); ok {
				return sub.readFileTo(r, out)
			}
		}
		return sub.stmts(c.Stmts, false)
	})
	if err != nil {
		return "", err
	}
	s.substatus = status
	text := strings.ReplaceAll(string(out.data), "\x00", "")
	if err := s.in.step(len(text) / 256); err != nil {
		return "", err
	}
	return strings.TrimRight(text, "\n"), nil
}
