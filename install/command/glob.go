package command

import (
	"strings"

	"coen/install/command/regex"
)

// globFlags are those of fnmatch(3).
type globFlags struct {
	fold   bool // FNM_CASEFOLD
	path   bool // FNM_PATHNAME: wildcards do not match a slash
	period bool // FNM_PERIOD: wildcards do not match a dot in front
}

// globMatch is fnmatch(3) in the C locale.
func globMatch(pattern, name string, f globFlags) bool {
	if f.fold {
		pattern, name = strings.ToLower(pattern), strings.ToLower(name)
	}
	return glob(pattern, name, true, f)
}

func glob(pattern, name string, front bool, f globFlags) bool {
	for pattern != "" {
		hidden := f.period && front && strings.HasPrefix(name, ".")
		switch c := pattern[0]; {
		case c == '*':
			if hidden {
				return false
			}
			pattern = strings.TrimLeft(pattern, "*")
			for i := 0; ; i++ {
				if glob(pattern, name[i:], i == 0 && front, f) {
					return true
				}
				if i == len(name) || f.path && name[i] == '/' {
					return false
				}
			}
		case name == "":
			return false
		case c == '?':
			if hidden || f.path && name[0] == '/' {
				return false
			}
			pattern = pattern[1:]
		case c == '[':
			set, n := globBracket(pattern)
			if n == 0 {
				if name[0] != '[' {
					return false
				}
				pattern = pattern[1:]
				break
			}
			if hidden || f.path && name[0] == '/' || !set.Has(name[0]) {
				return false
			}
			pattern = pattern[n:]
		default:
			if c == '\\' && len(pattern) > 1 {
				pattern = pattern[1:]
			}
			if pattern[0] != name[0] {
				return false
			}
			pattern = pattern[1:]
		}
		front = f.path && name[0] == '/'
		name = name[1:]
	}
	return name == ""
}

// globBracket reads the bracket expression at the start of a pattern; a length
// of 0 means that it is none.
func globBracket(pattern string) (set *regex.Set, length int) {
	body := pattern[1:]
	if strings.HasPrefix(body, "!") {
		body = "^" + body[1:]
	}
	set, n, err := regex.Bracket(body, regex.BracketEscape)
	if err != nil {
		return nil, 0
	}
	return set, 1 + n
}
