package shell

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// A pattern is a compiled shell pattern (XCU 2.14), matched bytewise as in the
// POSIX locale.
type pattern struct {
	elems   []element
	literal string // what the pattern matches if special is false
	special bool
}

type elementKind byte

const (
	oneByte  elementKind = iota
	anyByte              // ?
	anyBytes             // *
	byteSet              // [...]
	group                // bash's @(...), *(...) and their like
)

type element struct {
	kind elementKind
	c    byte
	set  *[256]bool
	op   byte // of a group: one of ?*+@!
	alts []*pattern
}

// patternRules are the differences between shells.
type patternRules struct {
	caret  bool // "[^a]" means "[!a]"
	groups bool // "@(a|b)" and its like have a meaning
}

// compile makes a pattern of a field.
func compile(f field, rules patternRules) *pattern {
	c := compiler{rules: rules}
	for _, seg := range f {
		c.text = append(c.text, seg.text...)
		for range len(seg.text) {
			c.quoted = append(c.quoted, seg.from == quoted)
		}
	}
	return c.compile()
}

type compiler struct {
	text   []byte
	quoted []bool
	rules  patternRules
	depth  int  // of groups
	open   bool // no bracket expression from here on has an end
}

// maxGroups is how deep groups may nest; deeper ones are ordinary characters.
const maxGroups = 20

func (c *compiler) slice(from, to int) *compiler {
	return &compiler{c.text[from:to], c.quoted[from:to], c.rules, c.depth + 1, false}
}

// special reports whether an unquoted b stands at i.
func (c *compiler) special(i int, b byte) bool {
	return i < len(c.text) && c.text[i] == b && !c.quoted[i]
}

func (c *compiler) compile() *pattern {
	p := &pattern{}
	var literal []byte
	for i := 0; i < len(c.text); {
		e, next := c.element(i)
		if e.kind != oneByte {
			p.special = true
		}
		if n := len(p.elems); e.kind != anyBytes || n == 0 || p.elems[n-1].kind != anyBytes {
			p.elems = append(p.elems, e)
		}
		literal = append(literal, e.c)
		i = next
	}
	p.literal = string(literal)
	return p
}

// element reads the element at i and returns where the next one starts.
func (c *compiler) element(i int) (element, int) {
	b := c.text[i]
	if c.quoted[i] {
		return element{c: b}, i + 1
	}
	if c.rules.groups && c.depth < maxGroups && strings.IndexByte("?*+@!", b) >= 0 && c.special(i+1, '(') {
		if alts, next := c.group(i + 2); next > 0 {
			return element{kind: group, op: b, alts: alts}, next
		}
	}
	switch b {
	case '?':
		return element{kind: anyByte}, i + 1
	case '*':
		return element{kind: anyBytes}, i + 1
	case '[':
		if c.open {
			break
		}
		set, next := c.bracket(i + 1)
		if next > 0 {
			return element{kind: byteSet, set: set}, next
		}
		c.open = true
	case '\\':
		if i+1 < len(c.text) {
			return element{c: c.text[i+1]}, i + 2
		}
	}
	return element{c: b}, i + 1
}

// bracket reads a bracket expression from behind its "[". It returns 0 if there
// is no end to it.
func (c *compiler) bracket(i int) (*[256]bool, int) {
	set := &[256]bool{}
	negate := c.special(i, '!') || c.rules.caret && c.special(i, '^')
	if negate {
		i++
	}
	for start := i; i < len(c.text); {
		if c.special(i, ']') && i > start {
			if negate {
				for b := range set {
					set[b] = !set[b]
				}
			}
			return set, i + 1
		}
		if c.special(i, '[') && c.special(i+1, ':') {
			if next := c.class(set, i+2); next > 0 {
				i = next
				continue
			}
		}
		lo, next := c.member(i)
		hi := lo
		if c.special(next, '-') && next+1 < len(c.text) && !c.special(next+1, ']') {
			hi, next = c.member(next + 1)
		}
		for b := int(lo); b <= int(hi); b++ {
			set[b] = true
		}
		i = next
	}
	return nil, 0
}

// member reads one byte of a bracket expression.
func (c *compiler) member(i int) (byte, int) {
	if c.special(i, '\\') && i+1 < len(c.text) {
		i++
	}
	return c.text[i], i + 1
}

// class reads the name and end of "[:name:]" and adds its members.
func (c *compiler) class(set *[256]bool, i int) int {
	name, _, found := strings.Cut(string(c.text[i:]), ":]")
	in := classes[name]
	if !found || in == nil {
		return 0
	}
	for b := range 128 {
		if in(byte(b)) {
			set[b] = true
		}
	}
	return i + len(name) + 2
}

func between(lo, hi byte) func(byte) bool {
	return func(b byte) bool { return lo <= b && b <= hi }
}

func isLower(b byte) bool { return 'a' <= b && b <= 'z' }
func isUpper(b byte) bool { return 'A' <= b && b <= 'Z' }
func isDigit(b byte) bool { return '0' <= b && b <= '9' }
func isAlpha(b byte) bool { return isLower(b) || isUpper(b) }
func isAlnum(b byte) bool { return isAlpha(b) || isDigit(b) }

// classes are the character classes of the POSIX locale (XBD 7.3.1).
var classes = map[string]func(byte) bool{
	"alpha":  isAlpha,
	"digit":  isDigit,
	"alnum":  isAlnum,
	"upper":  isUpper,
	"lower":  isLower,
	"space":  func(b byte) bool { return b == ' ' || '\t' <= b && b <= '\r' },
	"blank":  func(b byte) bool { return b == ' ' || b == '\t' },
	"cntrl":  func(b byte) bool { return b < ' ' || b == 0x7f },
	"print":  between(' ', '~'),
	"graph":  between('!', '~'),
	"punct":  func(b byte) bool { return '!' <= b && b <= '~' && !isAlnum(b) },
	"xdigit": func(b byte) bool { return isDigit(b) || 'a' <= b|0x20 && b|0x20 <= 'f' },
}

// group reads the alternatives of a group from behind its "(".
func (c *compiler) group(i int) ([]*pattern, int) {
	var alts []*pattern
	depth, start := 0, i
	for ; i < len(c.text); i++ {
		switch {
		case c.special(i, '\\'):
			i++
		case c.special(i, '('):
			depth++
		case c.special(i, ')') && depth > 0:
			depth--
		case c.special(i, ')'):
			return append(alts, c.slice(start, i).compile()), i + 1
		case c.special(i, '|') && depth == 0:
			alts = append(alts, c.slice(start, i).compile())
			start = i + 1
		}
	}
	return nil, 0
}

// compile makes a pattern of a field by the rules of s.
func (s *shell) compile(f field) (*pattern, error) {
	n := 0
	for _, seg := range f {
		n += len(seg.text)
	}
	rules := s.rules()
	work := 1 + n/64
	if rules.groups && strings.Contains(f.String(), "(") {
		work += n * n / 1024 // the end of each group is looked for
	}
	if err := s.in.step(work); err != nil {
		return nil, err
	}
	return compile(f, rules), nil
}

// cost is how many steps matching text takes.
func (p *pattern) cost(text string) int {
	n := 1 + len(text)/64
	if !p.special {
		return n
	}
	for _, e := range p.elems {
		if e.kind == group {
			return n * (1 + len(p.elems)) * (1 + len(text))
		}
	}
	return n * (1 + len(p.elems)/16)
}

// match reports whether the pattern matches all of text.
func (p *pattern) match(text string) bool {
	if !p.special {
		return p.literal == text
	}
	return p.ends(text, 0)[len(text)]
}

// ends returns the set of offsets at which a match that starts at from can end.
// It follows all of them at once, so that no pattern takes exponential time.
func (p *pattern) ends(text string, from int) []bool {
	at := make([]bool, len(text)+1)
	at[from] = true
	for i := range p.elems {
		if !p.elems[i].step(text, at) {
			break
		}
	}
	return at
}

// step replaces the offsets in at by those reachable across e, and reports
// whether there are any.
func (e *element) step(text string, at []bool) bool {
	found := false
	switch e.kind {
	case anyBytes:
		for i := range at {
			found = found || at[i]
			at[i] = found
		}
	case group:
		return e.stepGroup(text, at)
	default:
		for i := len(text); i > 0; i-- {
			at[i] = at[i-1] && e.accepts(text[i-1])
			found = found || at[i]
		}
		at[0] = false
	}
	return found
}

func (e *element) accepts(b byte) bool {
	switch e.kind {
	case anyByte:
		return true
	case byteSet:
		return e.set[b]
	}
	return e.c == b
}

func (e *element) stepGroup(text string, at []bool) bool {
	starts := append([]bool(nil), at...)
	if e.op == '@' || e.op == '+' || e.op == '!' {
		clear(at)
	}
	for done := make([]bool, len(at)); ; {
		i := next(starts, done)
		if i < 0 {
			break
		}
		done[i] = true
		reach := make([]bool, len(at))
		for _, alt := range e.alts {
			for j, ok := range alt.ends(text, i) {
				reach[j] = reach[j] || ok
			}
		}
		for j := i; j < len(at); j++ {
			hit := reach[j] != (e.op == '!')
			at[j] = at[j] || hit
			if hit && (e.op == '*' || e.op == '+') {
				starts[j] = true
			}
		}
	}
	for _, ok := range at {
		if ok {
			return true
		}
	}
	return false
}

// next returns the first offset in starts that is not done, or -1.
func next(starts, done []bool) int {
	for i, ok := range starts {
		if ok && !done[i] {
			return i
		}
	}
	return -1
}

// reverse returns the pattern that matches reversed texts.
func (p *pattern) reverse() *pattern {
	r := &pattern{special: true}
	for i := len(p.elems) - 1; i >= 0; i-- {
		e := p.elems[i]
		if e.kind == group {
			alts := make([]*pattern, len(e.alts))
			for k, alt := range e.alts {
				alts[k] = alt.reverse()
			}
			e.alts = alts
		}
		r.elems = append(r.elems, e)
	}
	return r
}

// trim removes what the pattern matches at one end of text.
func (p *pattern) trim(text string, op syntax.ParExpOperator) string {
	large := op == syntax.RemLargePrefix || op == syntax.RemLargeSuffix
	if op == syntax.RemSmallPrefix || op == syntax.RemLargePrefix {
		if !p.special {
			return strings.TrimPrefix(text, p.literal)
		}
		return text[length(p.ends(text, 0), large):]
	}
	if !p.special {
		return strings.TrimSuffix(text, p.literal)
	}
	backwards := []byte(text)
	for i, j := 0, len(backwards)-1; i < j; i, j = i+1, j-1 {
		backwards[i], backwards[j] = backwards[j], backwards[i]
	}
	return text[:len(text)-length(p.reverse().ends(string(backwards), 0), large)]
}

// length returns the smallest or largest offset in ends, 0 if there is none.
func length(ends []bool, large bool) int {
	n := 0
	for i, ok := range ends {
		if ok {
			if n = i; !large {
				break
			}
		}
	}
	return n
}
