package shell

import "errors"

// A jump is a change of the flow of control, passed up as an error.
type jump struct {
	kind   jumpKind
	levels int // of loops still to leave, for breakLoop and continueLoop
	status int
}

type jumpKind byte

const (
	breakLoop jumpKind = iota
	continueLoop
	returnCall
	exitShell
	replaced // exec has replaced the shell: no trap runs
	failed   // an error that POSIX lets end the shell (XCU 2.8.1)
	unopened // a redirection that failed
)

func (j *jump) Error() string { return "jump outside of any shell" }

// exitStatus is the status of a shell that j ends, where last is the status of
// the last command.
func (j *jump) exitStatus(last int) int {
	if j.kind == breakLoop || j.kind == continueLoop {
		return last
	}
	return j.status
}

func isJump(err error) bool {
	var j *jump
	return errors.As(err, &j)
}

// jumpOf returns err as a jump of the given kind, or nil.
func jumpOf(err error, kind jumpKind) *jump {
	var j *jump
	if err != nil && errors.As(err, &j) && j.kind == kind {
		return j
	}
	return nil
}

func (s *shell) exit(status int) error { return &jump{kind: exitShell, status: status & 0xff} }

// failRedirect reports a redirection that could not be made. It is the status
// of the command, and ends the shell only if that is a special builtin.
func (s *shell) failRedirect(format string, args ...any) error {
	s.warn(format, args...)
	return &jump{kind: unopened, status: s.redirectFailure()}
}

// redirectFailure is the status of a command whose redirection failed.
func (s *shell) redirectFailure() int {
	if s.bash {
		return 1
	}
	return 2
}

// fail reports an error that ends a non-interactive shell, unless a regular
// builtin or "command" contains it.
func (s *shell) fail(format string, args ...any) error {
	s.warn(format, args...)
	status := 2
	if s.bash {
		status = 1
	}
	return &jump{kind: failed, status: status}
}

// failSyntax reports source that cannot be parsed.
func (s *shell) failSyntax(text string) error {
	s.warn("Syntax error: %s", text)
	return &jump{kind: failed, status: 2}
}
