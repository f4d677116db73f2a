package dpkg

import "strings"

// match reports whether name matches a shell pattern as fnmatch(3) without
// flags: a star or a bracket matches slashes and leading dots too. A pattern
// whose bracket is not closed takes it literally.
func match(pattern, name string) bool {
	// Most patterns differ from most names before the first special character.
	same := 0
	for same < len(pattern) && same < len(name) && pattern[same] == name[same] && !special(pattern[same]) {
		same++
	}
	if pattern, name = pattern[same:], name[same:]; pattern != "" && !special(pattern[0]) {
		return false
	}
	// What to go back to when something does not match: the pattern after the
	// last star, and where the star's match may end next.
	var after, rest string
	starred := false
	for pattern != "" || name != "" {
		if pattern != "" && pattern[0] == '*' {
			pattern = pattern[1:]
			after, rest, starred = pattern, name, true
			continue
		}
		if pattern != "" && name != "" {
			if ok, p := matchOne(pattern, name[0]); ok {
				pattern, name = p, name[1:]
				continue
			}
		}
		if !starred || rest == "" {
			return false
		}
		rest = rest[1:]
		pattern, name = after, rest
	}
	return true
}

// special reports whether a character of a pattern may stand for others.
func special(c byte) bool { return c == '*' || c == '?' || c == '[' || c == '\\' }

// matchOne matches a question mark, a bracket expression or a literal character
// and returns the rest of the pattern.
func matchOne(pattern string, c byte) (bool, string) {
	switch {
	case pattern[0] == '?':
		return true, pattern[1:]
	case pattern[0] == '[':
		if ok, rest, closed := matchSet(pattern[1:], c); closed {
			return ok, rest
		}
	case pattern[0] == '\\' && len(pattern) > 1:
		return pattern[1] == c, pattern[2:]
	}
	return pattern[0] == c, pattern[1:]
}

// matchSet matches what follows the opening bracket.
func matchSet(set string, c byte) (matched bool, rest string, closed bool) {
	negated := false
	if set != "" && (set[0] == '!' || set[0] == '^') {
		negated, set = true, set[1:]
	}
	for first := true; set != ""; first = false {
		if set[0] == ']' && !first {
			return matched != negated, set[1:], true
		}
		lo := set[0]
		if lo == '\\' && len(set) > 1 {
			set = set[1:]
			lo = set[0]
		}
		hi := lo
		set = set[1:]
		if len(set) > 1 && set[0] == '-' && set[1] != ']' {
			hi, set = set[1], set[2:]
		}
		if lo <= c && c <= hi {
			matched = true
		}
	}
	return false, "", false
}

// literal returns the part of a pattern before its first special character,
// without slashes at its end.
func literal(pattern string) string {
	if i := strings.IndexAny(pattern, `*?[\`); i >= 0 {
		pattern = pattern[:i]
	}
	return strings.TrimRight(pattern, "/")
}
