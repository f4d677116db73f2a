package shell

import (
	"strings"
)

type element struct {
	kind elementKind
	c    byte
	set  *[256]bool
	op   byte // of a group: one of ?*+@!
	alts []*pattern
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
