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

// patternRules are the differences between shells.
type patternRules struct {
	caret  bool // "[^a]" means "[!a]"
	groups bool // "@(a|b)" and its like have a meaning
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
