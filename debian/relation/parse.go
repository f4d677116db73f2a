package relation

import (
	"errors"
	"fmt"
	"strings"

	"coen/debian/version"
)

// Parse reads a relationship field. Empty groups, as after a last comma, are
// left out. An empty field gives an empty list.
func Parse(s string) (List, error) {
	var list List
	for text := range strings.SplitSeq(s, ",") {
		if strings.TrimSpace(text) == "" {
			continue
		}
		var group Group
		for alternative := range strings.SplitSeq(text, "|") {
			r, err := parseOne(alternative)
			if err != nil {
				return nil, fmt.Errorf("relation %.80q: %v", strings.TrimSpace(alternative), err)
			}
			group = append(group, r)
		}
		list = append(list, group)
	}
	return list, nil
}

func parseOne(s string) (Relation, error) {
	var r Relation
	rest := strings.TrimSpace(s)
	end := strings.IndexAny(rest, " \t\n\r([<")
	if end < 0 {
		end = len(rest)
	}
	name, rest := rest[:end], strings.TrimSpace(rest[end:])
	name, arch, qualified := strings.Cut(name, ":")
	if err := CheckName(name); err != nil {
		return r, err
	}
	if qualified && !isArch(arch) {
		return r, fmt.Errorf("bad architecture qualifier %q", arch)
	}
	r.Name, r.Arch = name, arch

	if strings.HasPrefix(rest, "(") {
		inside, after, found := strings.Cut(rest[1:], ")")
		if !found {
			return r, errors.New("no closing parenthesis")
		}
		if err := r.parseVersion(inside); err != nil {
			return r, err
		}
		rest = strings.TrimSpace(after)
	}
	if strings.HasPrefix(rest, "[") {
		inside, after, found := strings.Cut(rest[1:], "]")
		if !found {
			return r, errors.New("no closing bracket")
		}
		if err := r.parseOnly(inside); err != nil {
			return r, err
		}
		rest = strings.TrimSpace(after)
	}
	if rest != "" {
		return r, fmt.Errorf("unexpected %q", rest)
	}
	return r, nil
}

func (r *Relation) parseVersion(s string) error {
	s = strings.TrimSpace(s)
	n := len(s) - len(strings.TrimLeft(s, "<=>"))
	switch op := s[:n]; op {
	case "<": // obsolete spelling, see deb-control(5)
		r.Op = EarlierOrEqual
	case ">":
		r.Op = LaterOrEqual
	case "":
		return errors.New("no operator before the version")
	default:
		r.Op = Op(op)
	}
	switch r.Op {
	case Earlier, EarlierOrEqual, Equal, LaterOrEqual, Later:
	default:
		return fmt.Errorf("bad operator %q", s[:n])
	}
	v, err := version.Parse(strings.TrimSpace(s[n:]))
	r.Version = v
	return err
}

func (r *Relation) parseOnly(s string) error {
	r.Only = strings.Fields(s)
	if len(r.Only) == 0 {
		return errors.New("empty architecture list")
	}
	negated := strings.HasPrefix(r.Only[0], "!")
	for _, a := range r.Only {
		name, not := strings.CutPrefix(a, "!")
		if !isArch(name) {
			return fmt.Errorf("bad architecture %q", a)
		}
		if not != negated {
			return errors.New("architecture list both with and without \"!\"")
		}
	}
	return nil
}

// CheckName returns an error unless name is a package name as of Debian Policy
// 5.6.1: at least two characters, lower-case letters, digits, plus, minus and
// dot, the first a letter or digit. Upper-case letters and underscores, which
// dpkg accepts in names of old, are refused.
func CheckName(name string) error {
	if len(name) < 2 || name[0] == '+' || name[0] == '-' || name[0] == '.' {
		return fmt.Errorf("bad package name %q", name)
	}
	for _, c := range []byte(name) {
		if !isLower(c) && c != '+' && c != '-' && c != '.' {
			return fmt.Errorf("bad package name %q", name)
		}
	}
	return nil
}

func isArch(s string) bool {
	if s == "" || s[0] == '-' {
		return false
	}
	for _, c := range []byte(s) {
		if !isLower(c) && c != '-' {
			return false
		}
	}
	return true
}

func isLower(c byte) bool { return 'a' <= c && c <= 'z' || '0' <= c && c <= '9' }
