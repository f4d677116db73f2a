package shell

import (
	"fmt"
	"strconv"
	"strings"
)

// bashQuote writes a value so that bash reads it back.
func bashQuote(v string) string {
	for _, c := range []byte(v) {
		if c < ' ' || c >= 0x7f {
			return quoteC(v)
		}
	}
	return "'" + strings.ReplaceAll(v, "'", `'\''`) + "'"
}

// quoteC writes a value as $'...'.
func quoteC(v string) string {
	var b strings.Builder
	b.WriteString("$'")
	for _, c := range []byte(v) {
		i := strings.IndexByte("\a\b\x1b\f\n\r\t\v\\'", c)
		switch {
		case i >= 0:
			b.WriteString(`\` + `abEfnrtv\'`[i:i+1])
		case c < ' ' || c >= 0x7f:
			b.WriteString(`\` + octal3(c))
		default:
			b.WriteByte(c)
		}
	}
	return b.String() + "'"
}

func octal3(c byte) string {
	return string([]byte{'0' + c>>6, '0' + c>>3&7, '0' + c&7})
}

// unescapeC resolves the escapes of $'...'.
func unescapeC(text string) string {
	var b strings.Builder
	for {
		plain, rest, found := strings.Cut(text, `\`)
		b.WriteString(plain)
		if !found {
			return b.String()
		}
		if rest == "" {
			return b.String() + `\`
		}
		n, out := escapeC(rest)
		if out == "\x00" {
			return b.String() // a string ends at NUL
		}
		b.WriteString(out)
		text = rest[n:]
	}
}

// escapeC returns the length of the escape at the start of text, behind its
// backslash, and what it stands for.
func escapeC(text string) (int, string) {
	c := text[0]
	if i := strings.IndexByte(`abeEfnrtv\'"?`, c); i >= 0 {
		return 1, "\a\b\x1b\x1b\f\n\r\t\v\\'\"?"[i : i+1]
	}
	if n := octalDigits(text, 3); n > 0 {
		v, _ := strconv.ParseUint(text[:n], 8, 16)
		return n, string([]byte{byte(v)})
	}
	most := map[byte]int{'x': 2, 'u': 4, 'U': 8}[c]
	n := 1
	for n < len(text) && n <= most && classes["xdigit"](text[n]) {
		n++
	}
	if n > 1 {
		v, _ := strconv.ParseUint(text[1:n], 16, 32)
		if c == 'x' {
			return n, string([]byte{byte(v)})
		}
		return n, universal(v)
	}
	if c == 'c' && len(text) > 1 {
		return 2, string([]byte{text[1] & 0x1f})
	}
	return 1, `\` + text[:1]
}

// universal is a character by its number, which the POSIX locale can show only
// if it is ASCII.
func universal(n uint64) string {
	switch {
	case n < 0x80:
		return string(rune(n))
	case n < 0x10000:
		return fmt.Sprintf(`\u%04X`, n)
	}
	return fmt.Sprintf(`\U%08X`, n)
}

// shortQuote is printf's %q: backslashes where they are needed.
func shortQuote(v string) string {
	if v == "" {
		return "''"
	}
	var b strings.Builder
	for i, c := range []byte(v) {
		switch {
		case c < ' ' || c >= 0x7f:
			return quoteC(v)
		case strings.IndexByte(" !\"$&'()*,;<>?[\\]^`{|}", c) >= 0, (c == '#' || c == '~') && i == 0:
			b.WriteByte('\\')
		}
		b.WriteByte(c)
	}
	return b.String()
}
