package awk

import (
	"fmt"
	"strconv"
	"strings"
)

type kind byte

const (
	eof kind = iota
	newline
	number   // 1.5e3
	text     // "a\n"
	regexp   // /a+/, only where the parser asks for it
	name     // x
	callName // x directly before "("
	keyword  // if, function
	builtin  // length
	symbol   // += and its like
)

// A token is a piece of a program.
type token struct {
	kind kind
	text string // of a string with its escapes resolved
	num  float64
	line int
}

var keywords = map[string]bool{
	"BEGIN": true, "END": true, "break": true, "continue": true, "delete": true, "do": true, "else": true,
	"exit": true, "for": true, "function": true, "func": true, "getline": true, "if": true, "in": true,
	"next": true, "nextfile": true, "print": true, "printf": true, "return": true, "while": true,
}

// symbols, the longer ones first.
var symbols = []string{
	"**=", "&&", "||", "++", "--", "+=", "-=", "*=", "/=", "%=", "^=", "**", "==", "<=", ">=", "!=", ">>", "!~",
	"{", "}", "(", ")", "[", "]", ";", ",", "+", "-", "*", "/", "%", "^", "!", ">", "<", "|", "?", ":", "~", "$", "=",
}

// A SyntaxError is a mistake in a program.
type SyntaxError struct {
	Line    int
	Message string
}

func (e *SyntaxError) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Message) }

// A lexer divides a program into tokens.
type lexer struct {
	src   string
	at    int
	line  int
	ended bool
}

func (l *lexer) errorf(format string, args ...any) error {
	return &SyntaxError{l.line, fmt.Sprintf(format, args...)}
}

// blank skips blanks, comments and continued lines.
func (l *lexer) blank() {
	for l.at < len(l.src) {
		switch rest := l.src[l.at:]; {
		case strings.IndexByte(" \t\r\f\v", rest[0]) >= 0:
			l.at++
		case strings.HasPrefix(rest, "\\\n"):
			l.at += 2
			l.line++
		case strings.HasPrefix(rest, "\\\r\n"):
			l.at += 3
			l.line++
		case rest[0] == '#':
			n := strings.IndexByte(rest, '\n')
			if n < 0 {
				n = len(rest)
			}
			l.at += n
		default:
			return
		}
	}
}

// next returns the next token; a "/" is always a division.
func (l *lexer) next() (token, error) {
	l.blank()
	if l.at == len(l.src) && !l.ended && !strings.HasSuffix(l.src, "\n") {
		l.line++ // the last line has an end, as for mawk
		l.ended = true
	}
	t := token{line: l.line}
	if l.at == len(l.src) {
		return t, nil
	}
	rest := l.src[l.at:]
	switch c := rest[0]; {
	case c == '\n':
		l.at++
		l.line++
		t.kind = newline
		return t, nil
	case c == '"':
		return l.string()
	case isDigit(c) || c == '.' && len(rest) > 1 && isDigit(rest[1]):
		n := numberLength(rest)
		t.kind, t.text = number, rest[:n]
		t.num, _ = strconv.ParseFloat(t.text, 64)
		l.at += n
		return t, nil
	case isLetter(c):
		return l.word(), nil
	}
	for _, s := range symbols {
		if strings.HasPrefix(rest, s) {
			t.kind, t.text = symbol, s
			l.at += len(s)
			return t, nil
		}
	}
	return t, l.errorf("unexpected character %q", rest[0])
}

func (l *lexer) word() token {
	n := 1
	for l.at+n < len(l.src) && (isLetter(l.src[l.at+n]) || isDigit(l.src[l.at+n])) {
		n++
	}
	t := token{kind: name, text: l.src[l.at : l.at+n], line: l.line}
	l.at += n
	switch {
	case keywords[t.text]:
		t.kind = keyword
		if t.text == "func" {
			t.text = "function"
		}
	case builtins[t.text] != nil:
		t.kind = builtin
	case l.at < len(l.src) && l.src[l.at] == '(':
		t.kind = callName
	}
	return t
}

// numberLength returns the length of the decimal number at the start of s,
// which has one.
func numberLength(s string) int {
	n := digits(s)
	if n < len(s) && s[n] == '.' {
		n++
		n += digits(s[n:])
	}
	if n < len(s) && (s[n] == 'e' || s[n] == 'E') {
		m := n + 1
		if m < len(s) && (s[m] == '+' || s[m] == '-') {
			m++
		}
		if d := digits(s[m:]); d > 0 {
			n = m + d
		}
	}
	return n
}

func digits(s string) int {
	n := 0
	for n < len(s) && isDigit(s[n]) {
		n++
	}
	return n
}

// string reads a string constant.
func (l *lexer) string() (token, error) {
	t := token{kind: text, line: l.line}
	var b strings.Builder
	for i := l.at + 1; i < len(l.src); i++ {
		switch c := l.src[i]; c {
		case '"':
			t.text = unescape(b.String())
			l.at = i + 1
			return t, nil
		case '\n':
			return t, l.errorf("runaway string constant %.10s ...", l.src[l.at:])
		case '\\':
			if i+1 < len(l.src) && l.src[i+1] == '\n' {
				l.line++
				i++
				continue
			}
			b.WriteByte(c)
			if i++; i < len(l.src) {
				b.WriteByte(l.src[i])
			}
		default:
			b.WriteByte(c)
		}
	}
	return t, l.errorf("runaway string constant %.10s ...", l.src[l.at:])
}

// regexp reads a regular expression whose "/" was the last token.
func (l *lexer) regexp() (token, error) {
	t := token{kind: regexp, line: l.line}
	var b strings.Builder
	bracket := false
	for i := l.at; i < len(l.src); i++ {
		switch c := l.src[i]; {
		case c == '\n':
			return t, l.errorf("runaway regular expression /%.10s ...", l.src[l.at:])
		case c == '/' && !bracket:
			t.text = b.String()
			l.at = i + 1
			return t, nil
		case c == '\\' && i+1 < len(l.src):
			i++
			if l.src[i] != '/' {
				b.WriteByte(c)
			}
			b.WriteByte(l.src[i])
			continue
		case c == '[' && !bracket && strings.IndexByte(l.src[i:], ']') > 0:
			bracket = true
		case c == ']':
			bracket = false
		}
		b.WriteByte(l.src[i])
	}
	return t, l.errorf("runaway regular expression /%.10s ...", l.src[l.at:])
}

func isDigit(c byte) bool  { return '0' <= c && c <= '9' }
func isLetter(c byte) bool { return c == '_' || 'a' <= c|0x20 && c|0x20 <= 'z' }

var escapes = map[byte]byte{
	'"': '"', '\\': '\\', 'a': 7, 'b': 8, 'f': 12, 'n': 10, 'r': 13, 't': 9, 'v': 11,
}

// unescape resolves the escapes of string constants and assignments on the
// command line. An unknown one stays as it is.
func unescape(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			b.WriteByte(s[i])
			continue
		}
		i++
		if e, ok := escapes[s[i]]; ok {
			b.WriteByte(e)
			continue
		}
		n := 0
		for n < 3 && i+n < len(s) && '0' <= s[i+n] && s[i+n] <= '7' {
			n++
		}
		if n == 0 {
			b.WriteByte('\\')
			b.WriteByte(s[i])
			continue
		}
		v, _ := strconv.ParseUint(s[i:i+n], 8, 16)
		b.WriteByte(byte(v))
		i += n - 1
	}
	return b.String()
}
