package account

import (
	"fmt"
	"slices"
	"strings"

	"coen/install/internal/getopt"
	"coen/install/proc"
)

func say(p *proc.Proc, format string, args ...any) {
	fmt.Fprintf(p.Stdout(), format, args...)
}

// passwd does what needs no password: locking, emptying, ageing.
func passwd(p *proc.Proc) (int, error) {
	opts, name, err := about(p, "d|delete", "e|expire", "i|inactive:", "l|lock",
		"n|mindays:", "q|quiet", "S|status", "u|unlock", "w|warndays:", "x|maxdays:")
	if err != nil {
		return badUsage(p, err)
	}
	db, err := Open(p.Tree)
	if err != nil {
		return 0, err
	}
	f := slices.Clone(db.shadow.get(name))
	if f == nil {
		return fail(p, 1, "user '%s' does not exist", name)
	}
	quiet, changed := false, false
	for _, o := range opts {
		switch o.Name {
		case "quiet":
			quiet = true
		case "status":
			return 0, unmodelledOption(p, o)
		default:
			if status, err := passwdOption(p, f, o); status != 0 || err != nil {
				return status, err
			}
			changed = true
		}
	}
	if !changed {
		return 0, p.Unmodelledf("a password needs a random salt")
	}
	db.shadow.put(name, f...)
	if !quiet {
		say(p, "passwd: password changed.\n")
	}
	return 0, db.Write()
}

func passwdOption(p *proc.Proc, f []string, o getopt.Option) (int, error) {
	switch o.Name {
	case "delete":
		f[spPassword] = ""
		f[spChange] = day(p.Tree)
	case "lock":
		if !strings.HasPrefix(f[spPassword], "!") {
			f[spPassword] = "!" + f[spPassword]
		}
	case "unlock":
		if strings.TrimPrefix(f[spPassword], "!") == "" {
			return fail(p, exitArgument, "unlocking the password would result in a passwordless account.")
		}
		f[spPassword] = strings.TrimPrefix(f[spPassword], "!")
	case "expire":
		f[spChange] = "0"
	case "inactive":
		f[spInactive] = strings.TrimPrefix(o.Value, "-1")
	case "mindays":
		f[spMin] = strings.TrimPrefix(o.Value, "-1")
	case "maxdays":
		f[spMax] = strings.TrimPrefix(o.Value, "-1")
	case "warndays":
		f[spWarn] = strings.TrimPrefix(o.Value, "-1")
	}
	return 0, nil
}

// chpasswd takes lines "name:password"; only passwords that are hashed already
// can be set without a random number.
func chpasswd(p *proc.Proc) (int, error) {
	opts, _, err := getopt.Parse(p.Args[1:], "c|crypt-method:", "e|encrypted", "m|md5", "s|sha-rounds:")
	if err != nil {
		return badUsage(p, err)
	}
	if len(opts) != 1 || opts[0].Name != "encrypted" {
		return 0, p.Unmodelledf("a password needs a random salt; give its hash to chpasswd -e")
	}
	db, err := Open(p.Tree)
	if err != nil {
		return 0, err
	}
	input, err := readAll(p)
	if err != nil {
		return 0, err
	}
	for i, line := range strings.Split(strings.TrimSuffix(input, "\n"), "\n") {
		name, hash, ok := strings.Cut(line, ":")
		if !ok {
			return fail(p, 1, "line %d: missing new password", i+1)
		}
		f := slices.Clone(db.shadow.get(name))
		if f == nil {
			return fail(p, 1, "line %d: user '%s' does not exist", i+1, name)
		}
		f[spPassword], f[spChange] = hash, day(p.Tree)
		db.shadow.put(name, f...)
	}
	return 0, db.Write()
}
