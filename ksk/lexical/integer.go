package lexical

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
)

// Integer is a whole number of any size in canonical decimal: no plus sign, no
// leading zeros, no minus zero. Equal numbers are equal strings.
type Integer string

// Int returns n as an Integer.
func Int(n int64) Integer { return Integer(strconv.FormatInt(n, 10)) }

// ParseInteger reads an optional sign and decimal digits of any script, with single
// underscores between digits and white space around the whole.
func ParseInteger(s string) (Integer, error) {
	body := strings.TrimSpace(s) // the information separators are not blanks here
	negative := strings.HasPrefix(body, "-")
	if negative || strings.HasPrefix(body, "+") {
		body = body[1:]
	}
	var digits strings.Builder
	separated := true // an underscore may not come first, last or twice
	for _, r := range body {
		value, ok := digit(r)
		switch {
		case ok:
			digits.WriteByte(byte('0' + value))
		case r != '_' || separated:
			return "", fmt.Errorf("%q is not an integer", clip(s))
		}
		separated = !ok
	}
	if separated {
		return "", fmt.Errorf("%q is not an integer", clip(s))
	}
	text := strings.TrimLeft(digits.String(), "0")
	switch {
	case text == "":
		return "0", nil
	case negative:
		return Integer("-" + text), nil
	}
	return Integer(text), nil
}

// Int64 returns the number if it fits.
func (n Integer) Int64() (int64, bool) {
	v, err := strconv.ParseInt(string(n), 10, 64)
	return v, err == nil
}

// Uint returns the number if it fits in an unsigned integer of so many bits, at most 64.
func (n Integer) Uint(bits int) (uint64, bool) {
	v, err := strconv.ParseUint(string(n), 10, bits)
	return v, err == nil
}

// Compare returns -1, 0 or +1 as n is below, equal to or above m.
func (n Integer) Compare(m Integer) int {
	nn, mn := strings.HasPrefix(string(n), "-"), strings.HasPrefix(string(m), "-")
	switch {
	case nn && !mn:
		return -1
	case !nn && mn:
		return 1
	}
	order := cmp.Or(cmp.Compare(len(n), len(m)), cmp.Compare(n, m))
	if nn {
		return -order
	}
	return order
}

// clip shortens hostile text for an error message.
func clip(s string) string {
	const most = 40
	if r := []rune(s[:min(len(s), 4*most)]); len(r) > most {
		return string(r[:most]) + "..."
	}
	return s
}
