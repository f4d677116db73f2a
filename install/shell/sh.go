package shell

import (
	"io"
	"path"
	"strings"

	"coen/install/proc"
)

// Table returns the models of sh, dash and bash.
func (in *Interpreter) Table() map[string]proc.Func {
	return map[string]proc.Func{
		"sh":   func(p *proc.Proc) (int, error) { return in.command(p, false) },
		"dash": func(p *proc.Proc) (int, error) { return in.command(p, false) },
		"bash": func(p *proc.Proc) (int, error) { return in.command(p, true) },
	}
}

// command is the program sh: "sh [-options] [file [arg...]]", "sh -c command
// [name [arg...]]" and "sh -s [arg...]".
func (in *Interpreter) command(p *proc.Proc, bash bool) (int, error) {
	s := in.process(p, bash)
	s.name, s.label = p.Args[0], path.Base(p.Args[0])
	args, text, err := s.invocation(p.Args[1:])
	if err != nil {
		return s.end(err)
	}
	switch {
	case s.opts.command && len(args) == 0:
		return s.end(s.fail("-c requires an argument"))
	case s.opts.command:
		text, args = args[0], args[1:]
		if len(args) > 0 {
			s.name, args = args[0], args[1:]
		}
	case s.opts.stdin || len(args) == 0:
		if text, err = s.readScript(); err != nil {
			return 0, s.at(err)
		}
	default:
		body, err := s.proc.Tree.ReadFile(s.proc.Path(args[0]))
		if err != nil {
			s.warn("cannot open %s: No such file", args[0])
			return s.unreadable()
		}
		text, s.name, s.label, args = string(body), args[0], path.Base(args[0]), args[1:]
	}
	s.params = args
	return in.run(s, text)
}

// unreadable is the status for a script that cannot be read.
func (s *shell) unreadable() (int, error) {
	if s.bash {
		return proc.NotFound, nil
	}
	return 2, nil
}

// invocation handles the options of the command line and returns the rest.
func (s *shell) invocation(args []string) (rest []string, text string, err error) {
	for len(args) > 0 && len(args[0]) > 1 && (args[0][0] == '-' || args[0][0] == '+') {
		arg := args[0]
		switch {
		case arg == "--":
			return args[1:], "", nil
		case strings.HasPrefix(arg, "--") && s.bash:
			args = args[1:]
			continue
		}
		if strings.IndexByte(arg, 'c') > 0 {
			s.opts.command = true
			arg = strings.Replace(arg, "c", "", 1)
		}
		if strings.HasSuffix(arg, "l") {
			arg = strings.TrimSuffix(arg, "l")
		}
		if len(arg) == 1 {
			args = args[1:]
			continue
		}
		n := 1
		if strings.HasSuffix(arg, "o") && len(args) > 1 {
			n = 2
		}
		if _, err := s.setOptions(append([]string{arg}, args[1:n]...)); err != nil {
			return nil, "", err
		}
		args = args[n:]
	}
	return args, "", nil
}

// readScript reads a script from standard input. All of it is read before it
// runs, so that its commands find standard input at its end.
func (s *shell) readScript() (string, error) {
	body, err := io.ReadAll(io.LimitReader(s.proc.Stdin(), maxSource+1))
	return string(body), err
}
