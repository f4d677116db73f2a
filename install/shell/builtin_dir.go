package shell

import (
	"path"
	"strings"
)

// cd changes the working directory (XCU cd).
func (s *shell) cd(c *call) (int, error) {
	args, physical := c.args[1:], false
	for len(args) > 0 && len(args[0]) > 1 && args[0][0] == '-' {
		opt := args[0]
		args = args[1:]
		if opt == "--" {
			break
		}
		for _, letter := range opt[1:] {
			if letter != 'L' && letter != 'P' {
				return 0, s.fail("cd: Illegal option -%c", letter)
			}
			physical = letter == 'P'
		}
	}
	dir, print, err := s.cdTarget(args)
	if err != nil {
		return 0, err
	}
	for _, prefix := range s.cdPath(dir) {
		name := dir
		if prefix != "" {
			name = strings.TrimSuffix(prefix, "/") + "/" + dir
		}
		if !s.isDirectory(name) && name != "" {
			continue
		}
		if err := s.chdir(name, physical); err != nil {
			return 0, err
		}
		if print || prefix != "" {
			s.printf("%s\n", s.proc.Dir)
		}
		return 0, nil
	}
	return s.cdFailure(dir)
}

func (s *shell) cdFailure(dir string) (int, error) {
	err := s.fail("cd: can't cd to %s", dir)
	if s.bash {
		return 1, nil
	}
	return 0, err
}

// cdTarget returns where the operands of cd lead, and whether to say so.
func (s *shell) cdTarget(args []string) (dir string, print bool, err error) {
	switch {
	case len(args) == 0:
		dir, _ = s.get("HOME")
	case args[0] == "-":
		old, ok := s.get("OLDPWD")
		if !ok {
			old = s.proc.Dir
		}
		return old, true, nil
	default:
		dir = args[0]
	}
	return dir, false, nil
}

// cdPath returns the directories in which cd looks for dir.
func (s *shell) cdPath(dir string) []string {
	list, ok := s.get("CDPATH")
	first, _, _ := strings.Cut(dir, "/")
	if !ok || list == "" || first == "" || first == "." || first == ".." {
		return []string{""}
	}
	var out []string
	for prefix := range strings.SplitSeq(list, ":") {
		if prefix == "." {
			prefix = ""
		}
		out = append(out, prefix)
	}
	return append(out, "")
}

// chdir goes to a directory that exists.
func (s *shell) chdir(name string, physical bool) error {
	full := s.proc.Path(name)
	if name == "" {
		full = s.proc.Dir
	}
	if physical {
		full, _ = s.proc.Tree.Resolve(full)
	} else {
		full = path.Clean(full)
	}
	old := s.proc.Dir
	s.proc.Dir = full
	if err := s.set("OLDPWD", old); err != nil {
		return err
	}
	if err := s.set("PWD", full); err != nil {
		return err
	}
	s.addFlags("OLDPWD", exported)
	s.addFlags("PWD", exported)
	return nil
}

func (s *shell) pwd(c *call) (int, error) {
	dir := s.proc.Dir
	for _, arg := range c.args[1:] {
		switch arg {
		case "-P":
			real, err := s.proc.Tree.Resolve(dir)
			if err != nil {
				return 0, s.fail("pwd: %v", err)
			}
			dir = real
		case "-L", "--":
		default:
			if strings.HasPrefix(arg, "-") {
				return 0, s.fail("pwd: Illegal option %s", arg)
			}
		}
	}
	s.printf("%s\n", dir)
	return 0, nil
}
