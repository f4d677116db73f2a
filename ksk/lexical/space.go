package lexical

import (
	"strings"
	"unicode"
)

// IsSpace reports whether r is white space: what Unicode calls so, and the four
// information separators U+001C to U+001F.
func IsSpace(r rune) bool {
	return unicode.IsSpace(r) || r >= 0x1c && r <= 0x1f
}

// TrimSpace removes white space from both ends of s.
func TrimSpace(s string) string { return strings.TrimFunc(s, IsSpace) }

// IsWord reports whether r may be part of an element's or attribute's name: letters,
// digits and other numerals of any script, and the underscore.
func IsWord(r rune) bool {
	return r == '_' || unicode.IsLetter(r) || unicode.IsNumber(r)
}

// digit returns the value of a decimal digit of any script.
func digit(r rune) (value int, ok bool) {
	if '0' <= r && r <= '9' {
		return int(r - '0'), true
	}
	if r < 0x80 || !unicode.Is(unicode.Nd, r) {
		return 0, false
	}
	// Unicode assigns decimal digits in runs of ten, zero first, and never moves them.
	zero := r
	for zero > 0 && unicode.Is(unicode.Nd, zero-1) {
		zero--
	}
	return int(r-zero) % 10, true
}
