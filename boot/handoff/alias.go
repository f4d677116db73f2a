package handoff

// Match reports whether a device's modalias matches a module's alias pattern,
// with the "*", "?" and "[...]" of fnmatch(3) that depmod writes.
func Match(pattern, name string) bool {
	for len(pattern) > 0 {
		switch pattern[0] {
		case '*':
			for i := len(name); i >= 0; i-- {
				if Match(pattern[1:], name[i:]) {
					return true
				}
			}
			return false
		case '?':
			if name == "" {
				return false
			}
			pattern, name = pattern[1:], name[1:]
		case '[':
			if name == "" {
				return false
			}
			rest, ok := class(pattern[1:], name[0])
			if !ok {
				return false
			}
			pattern, name = rest, name[1:]
		default:
			if name == "" || pattern[0] != name[0] {
				return false
			}
			pattern, name = pattern[1:], name[1:]
		}
	}
	return name == ""
}

// class matches c against the bracket expression whose inside starts pattern
// and returns what follows it. An unclosed bracket matches nothing.
func class(pattern string, c byte) (rest string, ok bool) {
	for i := 0; i < len(pattern); i++ {
		if pattern[i] == ']' && i > 0 {
			return pattern[i+1:], ok
		}
		low, high := pattern[i], pattern[i]
		if i+2 < len(pattern) && pattern[i+1] == '-' && pattern[i+2] != ']' {
			high = pattern[i+2]
			i += 2
		}
		ok = ok || low <= c && c <= high
	}
	return "", false
}
