package chain

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// appendValue writes a value: bare where it is a plain word, else in double quotes with what cannot
// be seen, and what means something to the quotes, escaped.
func appendValue(b []byte, v string) []byte {
	if isBare(v) {
		return append(b, v...)
	}
	b = append(b, '"')
	for i := 0; i < len(v); {
		r, n := utf8.DecodeRuneInString(v[i:])
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r == '\t':
			b = append(b, `\t`...)
		case r == '\n':
			b = append(b, `\n`...)
		case r == '\r':
			b = append(b, `\r`...)
		case unicode.IsPrint(r) && (r != utf8.RuneError || n > 1):
			b = append(b, v[i:i+n]...)
		default:
			for _, c := range []byte(v[i : i+n]) {
				b = fmt.Appendf(b, `\x%02x`, c)
			}
		}
		i += n
	}
	return append(b, '"')
}

func isBare(v string) bool {
	for _, c := range []byte(v) {
		switch {
		case c >= '0' && c <= '9', c >= 'A' && c <= 'Z', c >= 'a' && c <= 'z', strings.IndexByte("._:/+,@%-", c) >= 0:
		default:
			return false
		}
	}
	return v != ""
}

// parseFields reads the key=value words of an entry.
func parseFields(s string) (fields []Field, err error) {
	for more := true; more; {
		key, rest, ok := strings.Cut(s, "=")
		if !ok || !isName(key) {
			return nil, fmt.Errorf("%.80q does not begin with a key", s)
		}
		f := Field{Key: key}
		if strings.HasPrefix(rest, `"`) {
			f.Value, rest, err = unquote(rest[1:])
			if err == nil && rest != "" && rest[0] != ' ' {
				err = errors.New("something follows its closing quote")
			}
			more = rest != ""
			s = strings.TrimPrefix(rest, " ")
		} else {
			f.Value, s, more = strings.Cut(rest, " ")
			if !isBare(f.Value) {
				err = errors.New("quotes are missing")
			}
		}
		if err != nil {
			return nil, fmt.Errorf("value of %q: %w", key, err)
		}
		fields = append(fields, f)
	}
	return fields, nil
}

// unquote reads up to the closing quote and returns what follows it.
func unquote(s string) (value, rest string, err error) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"':
			return b.String(), s[i+1:], nil
		case c < ' ' || c == 0x7f:
			return "", "", fmt.Errorf("control byte %#02x", c)
		case c != '\\':
			b.WriteByte(c)
		default:
			decoded, n, err := unescape(s[i+1:])
			if err != nil {
				return "", "", err
			}
			b.WriteByte(decoded)
			i += n
		}
	}
	return "", "", errors.New("the closing quote is missing")
}

// unescape reads what follows a backslash: the byte meant and the length read.
func unescape(s string) (byte, int, error) {
	if s == "" {
		return 0, 0, errors.New("unfinished escape")
	}
	switch s[0] {
	case '"', '\\':
		return s[0], 1, nil
	case 't':
		return '\t', 1, nil
	case 'n':
		return '\n', 1, nil
	case 'r':
		return '\r', 1, nil
	case 'x':
		if len(s) >= 3 {
			high, low := strings.IndexByte(hexDigits, s[1]), strings.IndexByte(hexDigits, s[2])
			if high >= 0 && low >= 0 {
				return byte(high<<4 | low), 3, nil
			}
		}
	}
	return 0, 0, fmt.Errorf("unknown escape %.4q", s)
}

const hexDigits = "0123456789abcdef"
