package shell

import (
	"fmt"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"coen/install/proc"
)

// slice expands ${x:offset:length}.
func (e *expander) slice(x *subject, sl *syntax.Slice, dq bool) error {
	if err := e.s.mustBeSet(x); err != nil {
		return err
	}
	offset, err := e.s.optionalOffset(sl.Offset)
	if err != nil {
		return err
	}
	out := *x
	total := len(x.value())
	if x.many != "" {
		total = len(x.values)
		if x.list == nil { // the positional parameters count from $0
			out.values = append([]string{e.s.name}, x.values...)
			total++
		}
	}
	from := offset
	if from < 0 {
		from += total
	}
	to := total
	if sl.Length != nil {
		n, err := e.s.number(sl.Length)
		if err != nil {
			return err
		}
		if to = from + int(n); n < 0 {
			to = total + int(n)
		}
		if n < 0 && (x.many != "" || to < from) {
			return e.s.fail("%d: substring expression < 0", n)
		}
	}
	if from < 0 || from > total {
		from, to = 0, 0
	}
	to = min(to, total)
	if x.many != "" {
		out.values = out.values[from:max(from, to)]
	} else {
		out.values = []string{x.value()[from:max(from, to)]}
	}
	if x.many != "" && x.list == nil && offset > 0 && len(out.values) == 0 {
		out.values = nil
	}
	e.emit(&out, dq)
	return nil
}

func (s *shell) optionalOffset(x syntax.ArithmExpr) (int, error) {
	if x == nil {
		return 0, nil
	}
	n, err := s.number(x)
	return int(n), err
}

// replace expands ${x/pattern/with}.
func (e *expander) replace(x *subject, r *syntax.Replace, dq bool) error {
	if err := e.s.mustBeSet(x); err != nil {
		return err
	}
	orig, anchor := r.Orig, byte(0)
	if lit, ok := firstLit(orig); ok && !r.All && (strings.HasPrefix(lit.Value, "#") || strings.HasPrefix(lit.Value, "%")) {
		anchor = lit.Value[0]
		parts := append([]syntax.WordPart{&syntax.Lit{Value: lit.Value[1:]}}, orig.Parts[1:]...)
		orig = &syntax.Word{Parts: parts}
	}
	p, err := e.wordPattern(orig)
	if err != nil {
		return err
	}
	with, err := e.replacement(r.With)
	if err != nil {
		return err
	}
	out := *x
	out.values = make([]string, len(x.values))
	for i, v := range x.values {
		if err := e.s.in.step(p.cost(v) * (1 + len(v)/16)); err != nil {
			return err
		}
		out.values[i] = p.substitute(v, with, r.All, anchor)
	}
	e.emit(&out, dq)
	return nil
}

// replacement expands the second word of ${x/a/b}, in which an unquoted "&"
// stands for what matched.
func (e *expander) replacement(w *syntax.Word) (func(match string) string, error) {
	if w == nil {
		return func(string) string { return "" }, nil
	}
	one := &expander{s: e.s, whole: true, inBrace: true}
	if err := one.parts(w.Parts, false, startTilde); err != nil {
		return nil, err
	}
	plain := one.cur.String()
	if !strings.Contains(plain, "&") {
		return func(string) string { return plain }, nil
	}
	return func(match string) string {
		var b strings.Builder
		for _, seg := range one.cur {
			if seg.from == quoted {
				b.WriteString(seg.text)
			} else {
				b.WriteString(strings.ReplaceAll(seg.text, "&", match))
			}
		}
		return b.String()
	}, nil
}

func firstLit(w *syntax.Word) (*syntax.Lit, bool) {
	if w == nil || len(w.Parts) == 0 {
		return nil, false
	}
	lit, ok := w.Parts[0].(*syntax.Lit)
	return lit, ok
}

// substitute replaces the longest matches of p in text: the first or all of
// them, or for an anchor '#' or '%' one at the start or the end.
func (p *pattern) substitute(text string, with func(string) string, all bool, anchor byte) string {
	var b strings.Builder
	for i := 0; i <= len(text); {
		end := -1
		if anchor != '#' || i == 0 {
			end = p.longest(text, i)
		}
		if anchor == '%' && end != len(text) {
			end = -1
		}
		if end < 0 || end == i && (anchor == 0 || len(p.elems) > 0 && i < len(text) && end == i) {
			if i < len(text) {
				b.WriteByte(text[i])
			}
			i++
			continue
		}
		b.WriteString(with(text[i:end]))
		if !all || anchor != 0 {
			return b.String() + text[end:]
		}
		i = end
		if i == len(text) {
			break
		}
	}
	return b.String()
}

// longest returns where the longest match that starts at from ends, or -1.
func (p *pattern) longest(text string, from int) int {
	if !p.special {
		if strings.HasPrefix(text[from:], p.literal) {
			return from + len(p.literal)
		}
		return -1
	}
	last := -1
	for i, ok := range p.ends(text, from) {
		if ok {
			last = i
		}
	}
	return last
}

// caseChange returns what ${x^p}, ${x,,p} and ${x@op} do to a value.
func (e *expander) caseChange(x *subject, exp *syntax.Expansion) (func(string) (string, error), error) {
	if exp.Op == syntax.OtherParamOps {
		return e.at(exp)
	}
	p, err := e.wordPattern(exp.Word)
	if err != nil {
		return nil, err
	}
	if exp.Word == nil {
		p = &pattern{special: true, elems: []element{{kind: anyByte}}}
	}
	f, first := toUpper, false
	switch exp.Op {
	case syntax.UpperFirst:
		first = true
	case syntax.LowerFirst:
		f, first = toLower, true
	case syntax.LowerAll:
		f = toLower
	case syntax.UpperAll:
	default:
		return nil, e.s.fail("%s: bad substitution", x.name)
	}
	return func(v string) (string, error) {
		out := []byte(v)
		for i := range out {
			if p.match(v[i : i+1]) {
				out[i] = f(out[i])
			}
			if first {
				break
			}
		}
		return string(out), nil
	}, nil
}

// at returns what ${x@op} does to a value.
func (e *expander) at(exp *syntax.Expansion) (func(string) (string, error), error) {
	op := ""
	if exp.Word != nil {
		op = exp.Word.Lit()
	}
	switch op {
	case "Q":
		return func(v string) (string, error) { return bashQuote(v), nil }, nil
	case "U":
		return func(v string) (string, error) { return mapBytes(v, toUpper), nil }, nil
	case "L":
		return func(v string) (string, error) { return mapBytes(v, toLower), nil }, nil
	case "u":
		return func(v string) (string, error) {
			return mapBytes(v[:min(1, len(v))], toUpper) + v[min(1, len(v)):], nil
		}, nil
	case "E":
		return func(v string) (string, error) { return unescapeC(v), nil }, nil
	}
	return nil, &proc.Unmodelled{What: "expansion ${x@" + op + "}"}
}

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

// braces expands {a,b} and {1..3} in a word.
func braces(w *syntax.Word) ([]*syntax.Word, error) {
	has := false
	for _, p := range w.Parts {
		lit, ok := p.(*syntax.Lit)
		has = has || ok && strings.Contains(lit.Value, "{")
		_, ok = p.(*syntax.BraceExp)
		has = has || ok
	}
	if !has {
		return []*syntax.Word{w}, nil
	}
	split := &syntax.Word{Parts: w.Parts}
	syntax.SplitBraces(split)
	return braceWords(split.Parts)
}

// maxBraces bounds the words that one may expand to.
const maxBraces = 100_000

// braceWords returns the combinations of the brace expressions in parts.
func braceWords(parts []syntax.WordPart) ([]*syntax.Word, error) {
	out := []*syntax.Word{{}}
	for _, part := range parts {
		variants := [][]syntax.WordPart{{part}}
		if b, ok := part.(*syntax.BraceExp); ok {
			variants = nil
			for _, elem := range braceElements(b) {
				words, err := braceWords(elem.Parts)
				if err != nil {
					return nil, err
				}
				for _, w := range words {
					variants = append(variants, w.Parts)
				}
			}
		}
		if len(out)*len(variants) > maxBraces {
			return nil, errEndless
		}
		var next []*syntax.Word
		for _, w := range out {
			for _, v := range variants {
				all := append(append([]syntax.WordPart(nil), w.Parts...), v...)
				next = append(next, &syntax.Word{Parts: all})
			}
		}
		out = next
	}
	return out, nil
}

// braceElements returns the alternatives of one brace expression.
func braceElements(b *syntax.BraceExp) []*syntax.Word {
	if !b.Sequence {
		return b.Elems
	}
	from, to, step := b.Elems[0].Lit(), b.Elems[1].Lit(), 1
	if len(b.Elems) > 2 {
		step, _ = strconv.Atoi(b.Elems[2].Lit())
	}
	step = max(step, -step, 1)
	first, err1 := strconv.Atoi(from)
	last, err2 := strconv.Atoi(to)
	show := strconv.Itoa
	switch {
	case err1 != nil || err2 != nil:
		first, last = int(from[0]), int(to[0])
		show = func(n int) string { return string(rune(n)) }
	case zeroPadded(from) || zeroPadded(to):
		width := max(len(from), len(to))
		show = func(n int) string {
			return directive{flags: "0", width: width, prec: -1, verb: 'd'}.number(strconv.Itoa(n))
		}
	}
	var out []*syntax.Word
	for n := first; (first <= last && n <= last || first > last && n >= last) && len(out) <= maxBraces; {
		out = append(out, &syntax.Word{Parts: []syntax.WordPart{&syntax.Lit{Value: show(n)}}})
		if first <= last {
			n += step
		} else {
			n -= step
		}
	}
	return out
}

func zeroPadded(n string) bool {
	n = strings.TrimPrefix(n, "-")
	return len(n) > 1 && n[0] == '0'
}

// subscript reads "[...]" behind a name in an expression and returns the name
// with the evaluated subscript.
func (a *arithmetic) subscript(name string) (string, error) {
	depth, start := 0, a.pos+1
	for ; a.pos < len(a.text); a.pos++ {
		switch a.text[a.pos] {
		case '[':
			depth++
		case ']':
			depth--
		}
		if depth == 0 {
			break
		}
	}
	if depth != 0 {
		return "", arithmeticError("missing ]")
	}
	inner := a.text[start:a.pos]
	a.pos++
	if l := a.s.vars[name].list; l != nil && l.assoc {
		return name + "[" + strings.TrimSpace(inner) + "]", nil
	}
	if a.skip > 0 {
		return name, nil
	}
	n, err := a.nested(inner)
	if err != nil {
		return "", err
	}
	key, err := a.s.indexed(name, n)
	return name + "[" + key + "]", err
}

// nested evaluates another expression within this one.
func (a *arithmetic) nested(text string) (int64, error) {
	inner := &arithmetic{s: a.s, text: text, depth: a.depth + 1}
	if inner.depth > maxNested {
		return 0, arithmeticError("expression recursion level exceeded")
	}
	if err := a.s.in.step(1); err != nil {
		return 0, err
	}
	return inner.whole()
}

// maxNested bounds the depth of variables that hold expressions.
const maxNested = 200

// increment does ++x and --x.
func (a *arithmetic) increment(op string) (int64, error) {
	name, err := a.reference()
	if err != nil {
		return 0, err
	}
	if name == "" { // "--1" is twice a minus
		n, err := a.unary()
		return n, err
	}
	n, err := a.value(name)
	if err != nil {
		return 0, err
	}
	n += 1 - 2*int64(truth(op == "++"))
	return n, a.store(name, n)
}

// bashValue evaluates the expression in a variable.
func (a *arithmetic) bashValue(name string) (int64, error) {
	if changing[name] && !a.s.vars[name].isSet {
		return 0, &proc.Unmodelled{What: "$" + name}
	}
	text, ok := a.s.element(name)
	if !ok && a.s.opts.nounset {
		return 0, a.s.unsetParameter(name, "")
	}
	if strings.TrimSpace(text) == "" {
		return 0, nil
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil && !zeroPadded(text) {
		return n, nil
	}
	return a.nested(text)
}

// basedConstant reads "base#digits".
func basedConstant(token string) (int64, error) {
	base, digits, _ := strings.Cut(token, "#")
	b, err := strconv.Atoi(base)
	if err != nil || b < 2 || b > 64 || digits == "" {
		return 0, arithmeticError("invalid arithmetic base")
	}
	n := int64(0)
	for _, c := range []byte(digits) {
		v := int64(99)
		switch {
		case isDigit(c):
			v = int64(c - '0')
		case isLower(c):
			v = int64(c-'a') + 10
		case isUpper(c) && b <= 36:
			v = int64(c-'A') + 10
		case isUpper(c):
			v = int64(c-'A') + 36
		case c == '@':
			v = 62
		case c == '_':
			v = 63
		}
		if v >= int64(b) {
			return 0, arithmeticError("value too great for base")
		}
		n = n*int64(b) + v
	}
	return n, nil
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
