package sed

import (
	"fmt"
	"strings"
)

// Parse reads a script. The pieces of several -e and -f options are joined by
// newlines. The error is a *SyntaxError, or another one for a missing label.
func Parse(script string, o Options) (*Program, error) {
	p := &parser{src: script, Program: &Program{Options: o}}
	if rest, ok := strings.CutPrefix(script, "#n"); ok && (rest == "" || rest[0] == '\n') {
		p.Quiet = true
	}
	if err := p.script(); err != nil {
		return nil, err
	}
	return p.Program, p.link()
}

type parser struct {
	*Program
	src    string
	at     int
	blocks []int // indices of the open "{"
}

func (p *parser) errorf(format string, args ...any) error {
	return &SyntaxError{p.at, fmt.Sprintf(format, args...)}
}

// peek returns the next byte, 0 at the end.
func (p *parser) peek() byte {
	if p.at < len(p.src) {
		return p.src[p.at]
	}
	return 0
}

func (p *parser) more() bool { return p.at < len(p.src) }

// skip passes over the bytes in set.
func (p *parser) skip(set string) {
	for p.more() && strings.IndexByte(set, p.src[p.at]) >= 0 {
		p.at++
	}
}

const blanks = " \t\r\v\f"

func (p *parser) script() error {
	for {
		p.skip(blanks + "\n;")
		if !p.more() {
			break
		}
		c := &command{number: -1}
		if err := p.addresses(c); err != nil {
			return err
		}
		if err := p.command(c); err != nil {
			return err
		}
	}
	if len(p.blocks) > 0 {
		p.at = 0
		return p.errorf("unmatched `{'")
	}
	return nil
}

// addresses reads what stands before a command's letter.
func (p *parser) addresses(c *command) (err error) {
	if c.from, err = p.address(false); err != nil {
		return err
	}
	if c.from != nil {
		p.skip(blanks)
		if p.peek() == ',' {
			p.at++
			p.skip(blanks)
			if c.to, err = p.address(true); err != nil {
				return err
			}
			if c.to == nil {
				p.at = min(p.at+1, len(p.src))
				return p.errorf("unexpected `,'")
			}
		}
	}
	zero := c.from != nil && c.from.kind == lineNumber && c.from.n == 0
	if zero && (c.to == nil || c.to.kind != pattern) {
		p.at = min(p.at+1, len(p.src))
		return p.errorf("invalid usage of line address 0")
	}
	p.skip(blanks)
	for p.peek() == '!' {
		c.negated = true
		p.at++
		p.skip(blanks)
	}
	return nil
}

// address reads one address, nil if there is none.
func (p *parser) address(second bool) (*address, error) {
	switch c := p.peek(); {
	case '0' <= c && c <= '9':
		a := &address{kind: lineNumber, n: p.number()}
		p.skip(blanks)
		if p.peek() == '~' && !second {
			p.at++
			p.skip(blanks)
			a.kind, a.m = step, p.number()
		}
		return a, nil
	case (c == '+' || c == '~') && second:
		p.at++
		a := &address{kind: plus, n: p.number()}
		if c == '~' {
			a.kind = multiple
		}
		return a, nil
	case c == '$':
		p.at++
		return &address{kind: lastLine}, nil
	case c == '/' || c == '\\':
		return p.patternAddress()
	}
	return nil, nil
}

func (p *parser) patternAddress() (*address, error) {
	if p.peek() == '\\' {
		p.at++
	}
	if !p.more() {
		return nil, p.errorf("unexpected `,'")
	}
	delimiter := p.src[p.at]
	p.at++
	expr, ok := p.delimited(delimiter, true)
	if !ok {
		return nil, p.errorf("unterminated address regex")
	}
	var fold, lines bool
	for {
		switch p.peek() {
		case 'I':
			fold = true
		case 'M':
			lines = true
		default:
			re, err := p.regex(expr, fold, lines)
			return &address{kind: pattern, regex: re}, err
		}
		p.at++
	}
}

// number reads digits; none make 0. Absurdly large ones stop at a line number
// no file reaches.
func (p *parser) number() int {
	n := 0
	for c := p.peek(); '0' <= c && c <= '9'; c = p.peek() {
		n = min(n*10+int(c-'0'), 1<<40)
		p.at++
	}
	return n
}

// link fills in where the branches go.
func (p *Program) link() error {
	labels := map[string]int{}
	for i, c := range p.commands {
		if c.name == ':' {
			labels[c.label] = i
		}
	}
	for _, c := range p.commands {
		if strings.IndexByte("btT", c.name) < 0 {
			continue
		}
		to, ok := labels[c.label]
		if c.label == "" {
			to, ok = len(p.commands), true
		}
		if !ok {
			return fmt.Errorf("can't find label for jump to `%s'", c.label)
		}
		c.jump = to
	}
	return nil
}
