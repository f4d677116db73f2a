package shell

import (
	"fmt"
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

// umask shows or sets the file mode creation mask.
func (s *shell) umask(c *call) (int, error) {
	args, symbolic := c.args[1:], false
	if len(args) > 0 && args[0] == "-S" {
		args, symbolic = args[1:], true
	}
	switch {
	case len(args) > 0:
		mask, err := parseMask(args[0], s.proc.Umask)
		if err != nil {
			return 0, s.fail("umask: %v", err)
		}
		s.proc.Umask = mask
	case symbolic:
		s.printf("%s\n", symbolicMask(s.proc.Umask))
	default:
		s.printf("%04o\n", s.proc.Umask)
	}
	return 0, nil
}

func symbolicMask(mask uint32) string {
	var b strings.Builder
	for i, who := range "ugo" {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, "%c=", who)
		for j, letter := range "rwx" {
			if mask>>(8-3*i-j)&1 == 0 {
				b.WriteRune(letter)
			}
		}
	}
	return b.String()
}

// parseMask reads a mask in octal or symbolic form.
func parseMask(text string, old uint32) (uint32, error) {
	if text != "" && isDigit(text[0]) {
		mask := uint32(0)
		for _, c := range []byte(text) {
			if c < '0' || c > '7' || mask > 0o7777 {
				return 0, fmt.Errorf("Illegal number: %s", text)
			}
			mask = mask<<3 | uint32(c-'0')
		}
		return mask & 0o777, nil
	}
	allowed := ^old & 0o777
	for clause := range strings.SplitSeq(text, ",") {
		var ok bool
		if allowed, ok = applyClause(allowed, clause); !ok {
			return 0, fmt.Errorf("Illegal mode: %s", text)
		}
	}
	return ^allowed & 0o777, nil
}

// applyClause applies one clause such as "go-w" to the bits in mode.
func applyClause(mode uint32, clause string) (uint32, bool) {
	who, i := uint32(0), 0
	for ; i < len(clause); i++ {
		bits, ok := map[byte]uint32{'u': 0o700, 'g': 0o070, 'o': 0o007, 'a': 0o777}[clause[i]]
		if !ok {
			break
		}
		who |= bits
	}
	if who == 0 {
		who = 0o777
	}
	if i == len(clause) {
		return 0, false
	}
	for i < len(clause) {
		op := clause[i]
		if strings.IndexByte("+-=", op) < 0 {
			return 0, false
		}
		perm := uint32(0)
		for i++; i < len(clause) && strings.IndexByte("+-=", clause[i]) < 0; i++ {
			bits, ok := permissionBits(mode, clause[i])
			if !ok {
				return 0, false
			}
			perm |= bits
		}
		switch op {
		case '+':
			mode |= perm & who
		case '-':
			mode &^= perm & who
		case '=':
			mode = mode&^who | perm&who
		}
	}
	return mode, true
}

func permissionBits(mode uint32, letter byte) (uint32, bool) {
	switch letter {
	case 'r':
		return 0o444, true
	case 'w':
		return 0o222, true
	case 'x', 'X':
		return 0o111, true
	case 'u':
		return mode >> 6 & 7 * 0o111, true
	case 'g':
		return mode >> 3 & 7 * 0o111, true
	case 'o':
		return mode & 7 * 0o111, true
	case 's', 't':
		return 0, true
	}
	return 0, false
}
