package regex

import "strings"

// bracket reads a bracket expression, whose "[" was read.
func (p *parser) bracket() (*Set, error) {
	s := &Set{}
	inverted := p.accept("^")
	for first := true; ; first = false {
		if p.at == len(p.src) {
			return nil, ErrBracket
		}
		if p.src[p.at] == ']' && !first {
			p.at++
			break
		}
		if err := p.bracketItem(s); err != nil {
			return nil, err
		}
	}
	if p.flags&IgnoreCase != 0 {
		s.fold()
	}
	if inverted {
		s.invert()
	}
	return s, nil
}

func (p *parser) accept(s string) bool {
	if strings.HasPrefix(p.src[p.at:], s) {
		p.at += len(s)
		return true
	}
	return false
}

// bracketItem adds a class, a range or a single character to s.
func (p *parser) bracketItem(s *Set) error {
	if p.accept("[:") {
		name, ok := p.until(":]")
		if !ok {
			return ErrBracket
		}
		in := classes[name]
		if in == nil {
			return ErrClass
		}
		s.union(classSet(in, false))
		return nil
	}
	if p.accept("[=") {
		name, ok := p.until("=]")
		switch {
		case !ok:
			return ErrBracket
		case len(name) != 1:
			return ErrCollate
		}
		s.Add(name[0])
		return nil
	}
	from, err := p.endpoint()
	if err != nil {
		return err
	}
	to := from
	if rest := p.src[p.at:]; len(rest) > 1 && rest[0] == '-' && rest[1] != ']' {
		p.at++
		if to, err = p.endpoint(); err != nil {
			return err
		}
	}
	if to < from {
		return ErrRange
	}
	s.addRange(from, to)
	return nil
}

// endpoint reads a character or "[.c.]".
func (p *parser) endpoint() (byte, error) {
	if p.accept("[.") {
		name, ok := p.until(".]")
		switch {
		case !ok:
			return 0, ErrBracket
		case len(name) != 1:
			return 0, ErrCollate
		}
		return name[0], nil
	}
	if p.flags&BracketEscape != 0 && p.src[p.at] == '\\' && p.at+1 < len(p.src) {
		p.at++
	}
	c := p.src[p.at]
	p.at++
	return c, nil
}

// until returns what comes before end and skips both.
func (p *parser) until(end string) (string, bool) {
	name, _, ok := strings.Cut(p.src[p.at:], end)
	if ok {
		p.at += len(name) + len(end)
	}
	return name, ok
}

// Bracket reads a bracket expression, whose "[" the caller has read, from the
// start of s. It returns the bytes that match and the length of the expression.
func Bracket(s string, flags Flags) (set *Set, length int, err error) {
	p := &parser{src: s, flags: flags}
	set, err = p.bracket()
	return set, p.at, err
}
