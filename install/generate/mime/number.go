package mime

import (
	"fmt"
	"strconv"
	"strings"
)

// percent returns an attribute from 0 to 100, -1 if it is something else, or 50
// if there is none.
func percent(n *node, name string) int {
	s, ok := n.attr(name)
	if !ok {
		return 50
	}
	value, rest, err := parseInt(s)
	if err != nil || s == "" || rest != "" || value < 0 || value > 100 {
		return -1
	}
	return value
}

// parseInt reads a decimal number as strtol does, 0 if there is none, and
// returns what follows.
func parseInt(s string) (value int, rest string, err error) {
	end, digits := scan(s, 10)
	if digits == "" {
		return 0, s, nil
	}
	sign := ""
	if strings.Contains(s[:end-len(digits)], "-") {
		sign = "-"
	}
	n, err := strconv.ParseInt(sign+digits, 10, 32)
	if err != nil {
		return 0, "", fmt.Errorf("Number out-of-range (%s should fit in 4 bytes)", sign+digits)
	}
	return int(n), s[end:], nil
}

// parseUint reads a number as strtoul does with any base.
func parseUint(s string) (value uint64, rest string, err error) {
	base := 10
	trimmed := strings.TrimLeft(s, " \t\n\v\f\r+-")
	if strings.HasPrefix(trimmed, "0") {
		base = 8
		if len(trimmed) > 2 && trimmed[1]|0x20 == 'x' && hexDigit(trimmed[2]) >= 0 {
			base = 16
		}
	}
	end, digits := scan(s, base)
	if digits == "" {
		return 0, s, nil
	}
	value, err = strconv.ParseUint(digits, base, 64)
	if err != nil {
		return 0, "", fmt.Errorf("Number out-of-range (%s)", s)
	}
	if strings.Contains(s[:end-len(digits)], "-") {
		value = -value
	}
	return value, s[end:], nil
}

// scan finds a number of a base after white space and a sign, and where it ends.
func scan(s string, base int) (end int, digits string) {
	i := len(s) - len(strings.TrimLeft(s, " \t\n\v\f\r"))
	if i < len(s) && (s[i] == '+' || s[i] == '-') {
		i++
	}
	if base == 16 {
		i += len("0x")
	}
	start := i
	for i < len(s) && hexDigit(s[i]) >= 0 && hexDigit(s[i]) < base {
		i++
	}
	return i, s[start:i]
}

func hexDigit(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c && c <= 'f':
		return int(c-'a') + 10
	case 'A' <= c && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

// unescape replaces the escapes of C, octal and hexadecimal ones among them.
func unescape(s string) []byte {
	var b []byte
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' {
			b = append(b, s[i])
			continue
		}
		if i++; i == len(s) {
			break
		}
		c := s[i]
		switch at := strings.IndexByte("nrbtfv", c); {
		case at >= 0:
			b = append(b, "\n\r\b\t\f\v"[at])
		case '0' <= c && c <= '7':
			value, n := digits(s[i:], 8, 3)
			b = append(b, value)
			i += n - 1
		case c == 'x':
			value, n := digits(s[i+1:], 16, 2)
			if n == 0 {
				value = 'x'
			}
			b = append(b, value)
			i += n
		default:
			b = append(b, c)
		}
	}
	return b
}

// digits reads up to most digits and returns how many there are.
func digits(s string, base, most int) (value byte, n int) {
	for n < most && n < len(s) && hexDigit(s[n]) >= 0 && hexDigit(s[n]) < base {
		value = value*byte(base) + byte(hexDigit(s[n]))
		n++
	}
	return value, n
}
