package command

import (
	"strings"

	"coen/install/command/regex"
)

// globMatch is fnmatch(3) without flags, or with FNM_CASEFOLD, in the C locale.
// It goes from left to right; where it fails, the last "*" takes one byte more.
func globMatch(pattern, name string, fold bool) bool {
	if fold {
		pattern, name = strings.ToLower(pattern), strings.ToLower(name)
	}
	starred, behind, rest := false, "", "" // behind the last star: pattern and name
	for pattern != "" || name != "" {
		if strings.HasPrefix(pattern, "*") {
			pattern = pattern[1:]
			starred, behind, rest = true, pattern, name
			continue
		}
		if pattern != "" && name != "" {
			if n, ok := globByte(pattern, name[0]); ok {
				pattern, name = pattern[n:], name[1:]
				continue
			}
		}
		if !starred || rest == "" {
			return false
		}
		rest = rest[1:]
		pattern, name = behind, rest
	}
	return true
}

// globByte matches the first element of a pattern, which is no star, with one
// byte, and returns the element's length.
func globByte(pattern string, b byte) (length int, ok bool) {
	switch c := pattern[0]; {
	case c == '?':
		return 1, true
	case c == '[':
		if set, n := globBracket(pattern); n > 0 {
			return n, set.Has(b)
		}
	case c == '\\' && len(pattern) > 1:
		return 2, pattern[1] == b
	}
	return 1, pattern[0] == b
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
