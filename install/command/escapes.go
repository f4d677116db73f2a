package command

import (
	"strconv"
	"strings"
)

var escapeLetters = map[byte]string{
	'"': `"`, '\\': `\`, 'a': "\a", 'b': "\b", 'e': "\x1b", 'f': "\f", 'n': "\n", 'r': "\r", 't': "\t", 'v': "\v",
}

// printfEscape reads the escape at the start of s: \n and its like, \NNN, \xHH,
// \uHHHH, \UHHHHHHHH, and \c, which ends all output. With zero, octal numbers
// are written \0NNN, as in the arguments of %b and echo -e.
func printfEscape(s string, zero bool) (text string, length int, stop bool) {
	if len(s) == 1 {
		return `\`, 1, false
	}
	if text, ok := escapeLetters[s[1]]; ok {
		return text, 2, false
	}
	from, digits, base := 2, 0, 16
	switch s[1] {
	case 'c':
		return "", 2, true
	case 'x':
		digits = 2
	case 'u':
		digits = 4
	case 'U':
		digits = 8
	default:
		if s[1] < '0' || s[1] > '7' {
			return s[:2], 2, false
		}
		from, digits, base = 1, 3, 8
		if zero && s[1] == '0' {
			from = 2
		}
	}
	for n := min(digits, len(s)-from); n > 0; n-- {
		if v, err := strconv.ParseUint(s[from:from+n], base, 32); err == nil && s[from] != '+' {
			if s[1] == 'u' || s[1] == 'U' {
				return string(rune(v)), from + n, false
			}
			return string([]byte{byte(v)}), from + n, false
		}
	}
	if from == 2 && base == 8 {
		return "\x00", 2, false
	}
	return s[:2], 2, false
}

// expandEscapes resolves the escapes in s up to a \c.
func expandEscapes(s string) (text string, stop bool) {
	var b strings.Builder
	for i := 0; i < len(s); {
		if s[i] != '\\' {
			b.WriteByte(s[i])
			i++
			continue
		}
		text, n, stop := printfEscape(s[i:], true)
		b.WriteString(text)
		if stop {
			return b.String(), true
		}
		i += n
	}
	return b.String(), false
}

// shellQuote quotes s for a shell where that is needed, as ls and printf %q do.
func shellQuote(s string) string {
	if s != "" && !strings.ContainsAny(s, " \t\n'\"\\`$&|;<>()*?[]#~=!{}^") {
		return s
	}
	return quote(s)
}
