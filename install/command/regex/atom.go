package regex

import "strings"

// atom reads a single character, set, group, assertion or back reference.
func (p *parser) atom() (*node, error) {
	op, n := p.token()
	c := p.src[p.at]
	switch {
	case op == "(":
		p.at += n
		return p.group()
	case op == ")" && (!p.extended() || p.flags&Lenient == 0):
		return nil, ErrRightPar
	case op != "":
		p.at += n
		return p.literal(op[0]), nil
	case c == '\\':
		return p.escape()
	}
	p.at++
	switch {
	case c == '.':
		return &node{kind: set, set: anyByte()}, nil
	case c == '[':
		s, err := p.bracket()
		return &node{kind: set, set: s}, err
	case c == '^' && (p.extended() || p.opens()):
		return &node{kind: assert, assert: lineStart}, nil
	case c == '$' && (p.extended() || p.closes()):
		return &node{kind: assert, assert: lineEnd}, nil
	}
	return p.literal(c), nil
}

// opens reports whether the "^" just read stands where a basic expression
// begins.
func (p *parser) opens() bool {
	before := p.src[:p.at-1]
	return before == "" || strings.HasSuffix(before, `\(`) || strings.HasSuffix(before, `\|`)
}

// closes reports whether the "$" just read stands where a basic expression
// ends.
func (p *parser) closes() bool {
	after := p.src[p.at:]
	return after == "" || strings.HasPrefix(after, `\)`) || strings.HasPrefix(after, `\|`)
}

func (p *parser) literal(c byte) *node {
	s := &Set{}
	s.Add(c)
	if p.flags&IgnoreCase != 0 {
		s.fold()
	}
	return &node{kind: set, set: s}
}

func (p *parser) group() (*node, error) {
	p.groups++
	index := p.groups
	p.closed = append(p.closed, false)
	body, err := p.alternatives()
	if err != nil {
		return nil, err
	}
	op, n := p.token()
	if op != ")" {
		return nil, ErrParen
	}
	p.at += n
	p.closed[index-1] = true
	return &node{kind: group, index: index, subs: []*node{body}}, nil
}

var escapedAssertions = map[byte]assertion{
	'`': textStart, '\'': textEnd, '<': wordStart, '>': wordEnd, 'b': wordEdge, 'B': notWordEdge,
}

// escape reads a backslash and what it gives a meaning, or takes it away from.
func (p *parser) escape() (*node, error) {
	if p.at+1 == len(p.src) {
		return nil, ErrBackslash
	}
	c := p.src[p.at+1]
	p.at += 2
	if p.flags&Plain != 0 {
		return p.literal(c), nil
	}
	if a, ok := escapedAssertions[c]; ok {
		return &node{kind: assert, assert: a}, nil
	}
	switch c {
	case 'w', 'W':
		return &node{kind: set, set: classSet(isWord, c == 'W')}, nil
	case 's', 'S':
		return &node{kind: set, set: classSet(classes["space"], c == 'S')}, nil
	}
	if '1' <= c && c <= '9' {
		index := int(c - '0')
		if index > p.groups || !p.closed[index-1] {
			return nil, ErrBackref
		}
		p.refs = true
		return &node{kind: backref, index: index}, nil
	}
	return p.literal(c), nil
}
