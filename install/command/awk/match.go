package awk

import (
	"strings"

	"coen/install/command/regex"
)

// pattern returns the source of a regular expression: a literal, or what an
// expression says.
func (in *interp) pattern(e expr) string {
	if re, ok := e.(regexLit); ok {
		return string(re)
	}
	if g, ok := e.(*grouping); ok && len(g.list) == 1 {
		return in.pattern(g.list[0])
	}
	return in.text(e)
}

// maxRegexes bounds the cache of compiled expressions.
const maxRegexes = 500

// regex compiles an expression, or finds it among those compiled before.
func (in *interp) regex(source string) *regex.Regexp {
	if re := in.regexes[source]; re != nil {
		return re
	}
	re, err := regex.Compile(resolveEscapes(source),
		regex.Extended|regex.Lenient|regex.BracketEscape|regex.Plain)
	if err != nil {
		in.fail("regular expression compile failed (%v)\n%s", err, source)
	}
	if len(in.regexes) >= maxRegexes {
		clear(in.regexes)
	}
	in.regexes[source] = re
	return re
}

// resolveEscapes replaces \n, \t, \052 and their like in a regular expression.
// What they stand for is an ordinary character.
func resolveEscapes(s string) string {
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
		if strings.IndexByte("abfnrtv", s[i]) >= 0 {
			b.WriteByte(escapes[s[i]])
			continue
		}
		n := 0
		for n < 3 && i+n < len(s) && '0' <= s[i+n] && s[i+n] <= '7' {
			n++
		}
		if n > 0 {
			b.WriteString(quoteByte(unescape(`\` + s[i:i+n])))
			i += n - 1
			continue
		}
		b.WriteByte('\\')
		b.WriteByte(s[i])
	}
	return b.String()
}

func quoteByte(s string) string {
	if strings.Contains(`\^$.[]|()*+?{}`, s) {
		return `\` + s
	}
	return s
}

// find returns the bounds of the first match in text that starts at from or
// later, nil if there is none.
func (in *interp) find(re *regex.Regexp, text string, from int) []int {
	loc, err := re.Find([]byte(text), from)
	in.check(err)
	in.work(len(text))
	return loc
}

func (in *interp) matches(source, text string) bool {
	ok, err := in.regex(source).Match([]byte(text))
	in.check(err)
	in.work(len(text))
	return ok
}

// substitute replaces the first match in text or, with all, every one.
func (in *interp) substitute(source, replacement, text string, all bool) (result string, count int) {
	re := in.regex(source)
	data := []byte(text)
	var b strings.Builder
	at, copied, previous := 0, 0, -1
	for at <= len(text) && (all || count == 0) {
		loc, err := re.Find(data, at)
		in.check(err)
		if loc == nil {
			break
		}
		in.step()
		from, to, before := loc[0], loc[1], b.Len()
		if from == to && from == previous {
			at++
			continue
		}
		b.WriteString(text[copied:from])
		b.WriteString(expand(replacement, text[from:to]))
		count++
		copied, previous = to, to
		if at = to; from == to {
			at++
		}
		in.work(b.Len() - before)
	}
	b.WriteString(text[copied:])
	return b.String(), count
}

// expand puts the match in place of each "&"; "\&" is an ampersand, and "\\&"
// a backslash and the match.
func expand(replacement, match string) string {
	if !strings.Contains(replacement, "&") {
		return replacement
	}
	var b strings.Builder
	for i := 0; i < len(replacement); i++ {
		rest := replacement[i:]
		switch {
		case rest[0] == '&':
			b.WriteString(match)
		case strings.HasPrefix(rest, `\\&`):
			b.WriteByte('\\')
			b.WriteString(match)
			i += 2
		case strings.HasPrefix(rest, `\&`):
			b.WriteByte('&')
			i++
		default:
			b.WriteByte(rest[0])
		}
	}
	return b.String()
}
