package shell

import (
	"fmt"
	"strings"
)

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
