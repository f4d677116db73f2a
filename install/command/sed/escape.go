package sed

import (
	"strconv"
	"strings"

	"coen/install/command/regex"
)

// letterEscapes are the escapes of one letter that stand for a byte.
var letterEscapes = map[byte]byte{
	'a': 7, 'f': 12, 'n': 10, 'r': 13, 't': 9, 'v': 11,
}

// escape reads the escape at the start of s, which begins with a backslash: \n
// and its like, \cX, \dNNN, \oNNN, \xHH. A length of 0 means that there is none.
func escape(s string) (b byte, length int) {
	if len(s) < 2 {
		return 0, 0
	}
	if b, ok := letterEscapes[s[1]]; ok {
		return b, 2
	}
	switch s[1] {
	case 'c':
		if len(s) > 2 && s[2] != '\\' {
			return strings.ToUpper(s[2:3])[0] ^ 0x40, 3
		}
	case 'd':
		return numeric(s, 10, 3)
	case 'o':
		return numeric(s, 8, 3)
	case 'x':
		return numeric(s, 16, 2)
	}
	return 0, 0
}

func numeric(s string, base, digits int) (b byte, length int) {
	for n := min(digits, len(s)-2); n > 0; n-- {
		if v, err := strconv.ParseUint(s[2:2+n], base, 16); err == nil {
			return byte(v), 2 + n
		}
	}
	return 0, 0
}

// delimited reads up to the delimiter, which is skipped; a backslash before the
// delimiter is dropped, and within the brackets of a regular expression it
// stands for itself. ok is false if the delimiter is missing.
func (p *parser) delimited(delimiter byte, isRegex bool) (s string, ok bool) {
	var b strings.Builder
	for p.more() {
		c := p.src[p.at]
		p.at++
		switch {
		case c == delimiter:
			return b.String(), true
		case c == '\n' && isRegex:
			return "", false
		case c == '[' && isRegex:
			n := bracketLength(p.src[p.at-1:])
			if n == 1 {
				p.at = len(p.src)
				return "", false
			}
			b.WriteString(p.src[p.at-1 : p.at-1+n])
			p.at += n - 1
		case c == '\\' && p.more():
			next := p.src[p.at]
			p.at++
			switch {
			case next == delimiter:
				b.WriteByte(delimiter)
			default:
				b.WriteByte('\\')
				b.WriteByte(next)
			}
		default:
			b.WriteByte(c)
		}
	}
	return "", false
}

// regex compiles an expression, in which sed itself resolves escapes such as
// \n, also inside brackets. An empty one is nil: the last one used.
func (p *parser) regex(expr string, fold, lines bool) (*regex.Regexp, error) {
	if expr == "" {
		if fold || lines {
			return nil, p.errorf("no previous regular expression")
		}
		return nil, nil
	}
	var flags regex.Flags
	if p.Extended {
		flags |= regex.Extended
	}
	if fold {
		flags |= regex.IgnoreCase
	}
	if lines {
		flags |= regex.Lines
	}
	re, err := regex.Compile(resolve(expr), flags)
	if err != nil {
		return nil, p.errorf("%v", err)
	}
	return re, nil
}

// resolve replaces the escapes in a regular expression by what they stand for,
// which may well be an operator.
func resolve(expr string) string {
	var b strings.Builder
	for i := 0; i < len(expr); i++ {
		if expr[i] == '[' {
			n := bracketLength(expr[i:])
			b.WriteString(resolveBracket(expr[i : i+n]))
			i += n - 1
			continue
		}
		if expr[i] != '\\' || i+1 == len(expr) {
			b.WriteByte(expr[i])
			continue
		}
		if e, n := escape(expr[i:]); n > 0 {
			b.WriteByte(e)
			i += n - 1
		} else {
			b.WriteString(expr[i : i+2])
			i++
		}
	}
	return b.String()
}

// bracketLength returns the length of the bracket expression at the start of s,
// or 1 if it has no end.
func bracketLength(s string) int {
	i := 1
	if i < len(s) && s[i] == '^' {
		i++
	}
	if i < len(s) && s[i] == ']' {
		i++
	}
	for i < len(s) {
		if s[i] == '[' && i+1 < len(s) && strings.IndexByte(":.=", s[i+1]) >= 0 {
			if end := strings.Index(s[i+2:], s[i+1:i+2]+"]"); end >= 0 {
				i += end + 4
				continue
			}
		}
		if s[i] == ']' {
			return i + 1
		}
		i++
	}
	return 1
}

func resolveBracket(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if e, n := escape(s[i:]); s[i] == '\\' && n > 0 {
			b.WriteByte(e)
			i += n - 1
			continue
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
