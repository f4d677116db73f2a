package account

import (
	"errors"
	"fmt"
	"regexp"

	"coen/install/internal/getopt"
	"coen/install/proc"
)

// The exit statuses of the shadow suite, from useradd(8) and its relatives.
const (
	exitUsage     = 2
	exitArgument  = 3
	exitIDInUse   = 4
	exitNotFound  = 6
	exitNameInUse = 9
	exitBadName   = 19
)

// Commands returns the models by name.
func Commands() map[string]proc.Func {
	return map[string]proc.Func{
		"useradd": useradd, "usermod": usermod, "userdel": userdel,
		"groupadd": groupadd, "groupmod": groupmod, "groupdel": groupdel,
		"gpasswd": gpasswd, "chage": chage, "passwd": passwd, "chpasswd": chpasswd,
		"chsh": chsh, "chfn": chfn,
		"pwconv": pwconv, "grpconv": grpconv, "pwck": pwck, "grpck": grpck,
		"adduser": adduser, "addgroup": adduser, "deluser": deluser, "delgroup": deluser,
	}
}

var errOperands = errors.New("too many operands")

// fail writes a message of the command and returns the status.
func fail(p *proc.Proc, status int, format string, args ...any) (int, error) {
	_, err := p.Errorf(format, args...)
	return status, err
}

// badUsage answers a command line that cannot be understood.
func badUsage(p *proc.Proc, err error) (int, error) {
	return fail(p, exitUsage, "%v", err)
}

// about parses the arguments of a command about one user or group, whose name it
// returns.
func about(p *proc.Proc, decls ...string) (opts []getopt.Option, name string, err error) {
	opts, rest, err := getopt.Parse(p.Args[1:], decls...)
	if err == nil {
		name, err = one(rest)
	}
	return opts, name, err
}

// one demands exactly one operand.
func one(rest []string) (string, error) {
	if len(rest) != 1 {
		return "", fmt.Errorf("one name is needed, not %q", rest)
	}
	return rest[0], nil
}

// validName is what Debian's shadow allows: anything that does not start with
// "-", "+" or "~", has no colon, comma, slash or space, and is not all digits.
var (
	validName = regexp.MustCompile(`^[^-+~:,/\s][^:,/\s]{0,255}$`)
	allDigits = regexp.MustCompile(`^[0-9]+$`)
)

func nameOK(name string) bool {
	return validName.MatchString(name) && !allDigits.MatchString(name) && name != "." && name != ".."
}

// unmodelledOption is the answer to an option that is known to getopt only.
func unmodelledOption(p *proc.Proc, o getopt.Option) error {
	return p.Unmodelledf("option %q", o.Name)
}
