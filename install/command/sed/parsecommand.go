package sed

import (
	"bytes"
	"strings"
)

// command reads a command's letter and what belongs to it.
func (p *parser) command(c *command) error {
	if !p.more() {
		return p.errorf("missing command")
	}
	c.name = p.src[p.at]
	p.at++
	switch {
	case c.name == '#' && c.from != nil:
		return p.errorf("comments don't accept any addresses")
	case (c.name == ':' || c.name == '}') && c.from != nil:
		return p.errorf("%s doesn't want any addresses", map[byte]string{':': ":", '}': "}"}[c.name])
	}
	p.commands = append(p.commands, c)
	switch c.name {
	case '#':
		p.commands = p.commands[:len(p.commands)-1]
		p.line()
		return nil
	case '{':
		p.blocks = append(p.blocks, len(p.commands)-1)
		return nil
	case '}':
		if len(p.blocks) == 0 {
			return p.errorf("unexpected `}'")
		}
		last := len(p.blocks) - 1
		p.commands[p.blocks[last]].jump = len(p.commands)
		p.blocks = p.blocks[:last]
	case 'a', 'i', 'c':
		return p.text(c)
	case ':':
		return p.labelDefinition(c)
	case 'b', 't', 'T':
		p.skip(blanks)
		c.label = p.word("\n;" + blanks)
	case 'r', 'R', 'w', 'W':
		return p.fileName(c)
	case 's':
		return p.substitute(c)
	case 'y':
		if err := p.transliterate(c); err != nil {
			return err
		}
	case 'q', 'Q', 'l', 'L':
		if c.to != nil && c.name != 'l' {
			return p.errorf("command only uses one address")
		}
		p.skip(blanks)
		if d := p.peek(); '0' <= d && d <= '9' {
			c.number = p.number()
		}
	case '=', 'd', 'D', 'F', 'g', 'G', 'h', 'H', 'n', 'N', 'p', 'P', 'x', 'z':
	case 'e':
		p.line()
	case 'v':
		p.line()
		p.commands = p.commands[:len(p.commands)-1]
		return nil
	default:
		return p.errorf("unknown command: `%c'", c.name)
	}
	return p.end()
}

// end checks that a command ends where the parser stands.
func (p *parser) end() error {
	p.skip(blanks)
	switch c := p.peek(); {
	case !p.more() || c == '}' || c == '#':
	case c == '\n' || c == ';':
		p.at++
	default:
		p.at++
		return p.errorf("extra characters after command")
	}
	return nil
}

// line returns the rest of the line and skips it.
func (p *parser) line() string {
	rest, _, _ := strings.Cut(p.src[p.at:], "\n")
	p.at = min(p.at+len(rest)+1, len(p.src))
	return rest
}

// word returns what comes before any of the bytes in stop.
func (p *parser) word(stop string) string {
	n := strings.IndexAny(p.src[p.at:], stop)
	if n < 0 {
		n = len(p.src) - p.at
	}
	w := p.src[p.at : p.at+n]
	p.at += n
	return w
}

func (p *parser) labelDefinition(c *command) error {
	p.skip(blanks)
	c.label = strings.TrimRight(p.word("\n;"), blanks)
	if c.label == "" {
		return p.errorf("\":\" lacks a label")
	}
	return nil
}

func (p *parser) fileName(c *command) error {
	p.skip(blanks)
	if c.file = p.line(); c.file == "" {
		return p.errorf("missing filename in r/R/w/W commands")
	}
	if c.name == 'w' || c.name == 'W' {
		p.files = append(p.files, c.file)
	}
	return nil
}

// text reads the text of a, i and c, in the form of POSIX (after a backslash
// and a newline) or on the same line.
func (p *parser) text(c *command) error {
	p.skip(blanks)
	if !p.more() {
		return p.errorf("expected \\ after `a', `c' or `i'")
	}
	if p.peek() == '\\' {
		p.at++
		if rest := strings.TrimLeft(p.src[p.at:], blanks); strings.HasPrefix(rest, "\n") {
			p.at = len(p.src) - len(rest) + 1
		} else if !p.more() {
			return nil // GNU sed: no text, not even an empty line
		}
	}
	var b bytes.Buffer
	for p.more() {
		ch := p.src[p.at]
		p.at++
		if ch == '\n' {
			break
		}
		if ch == '\\' {
			if !p.more() {
				break
			}
			ch = p.src[p.at]
			if e, n := escape(p.src[p.at-1:]); n > 0 && ch != 'n' {
				ch = e
				p.at += n - 2
			}
			p.at++
		}
		b.WriteByte(ch)
	}
	b.WriteByte('\n')
	c.text = b.Bytes()
	return nil
}

func (p *parser) transliterate(c *command) error {
	if !p.more() {
		return p.errorf("unterminated `y' command")
	}
	delimiter := p.src[p.at]
	p.at++
	from, ok1 := p.delimited(delimiter, false)
	to, ok2 := p.delimited(delimiter, false)
	if !ok1 || !ok2 {
		return p.errorf("unterminated `y' command")
	}
	a, b := unescape(from), unescape(to)
	if len(a) != len(b) {
		return p.errorf("strings for `y' command are different lengths")
	}
	c.table = &[256]byte{}
	for i := range c.table {
		c.table[i] = byte(i)
	}
	for i := len(a) - 1; i >= 0; i-- {
		c.table[a[i]] = b[i]
	}
	return nil
}

// unescape resolves the escapes in an operand of y.
func unescape(s string) []byte {
	var b []byte
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			if e, n := escape(s[i:]); n > 0 {
				b = append(b, e)
				i += n - 1
				continue
			}
			if s[i+1] == '\\' {
				i++
			}
		}
		b = append(b, s[i])
	}
	return b
}
