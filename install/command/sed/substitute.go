package sed

import (
	"bytes"
	"strings"
)

// substitute reads what follows the letter s.
func (p *parser) substitute(c *command) error {
	if !p.more() {
		return p.errorf("unterminated `s' command")
	}
	delimiter := p.src[p.at]
	p.at++
	if delimiter == '\n' || delimiter == '\\' {
		return p.errorf("unterminated `s' command")
	}
	expr, ok := p.delimited(delimiter, true)
	if !ok {
		return p.errorf("unterminated `s' command")
	}
	replacement, ok := p.replacement(delimiter)
	if !ok {
		return p.errorf("unterminated `s' command")
	}
	s := &substitution{nth: 1, parts: replacement}
	c.subst = s
	fold, lines, err := p.flags(s)
	if err != nil {
		return err
	}
	if s.regex, err = p.regex(expr, fold, lines); err != nil {
		return err
	}
	for _, part := range s.parts {
		if s.regex != nil && part.group > s.regex.Groups() {
			return p.errorf("invalid reference \\%d on `s' command's RHS", part.group)
		}
	}
	return nil
}

// flags reads the flags behind an s command and its end.
func (p *parser) flags(s *substitution) (fold, lines bool, err error) {
	numbered := false
	for {
		c := p.peek()
		switch {
		case !p.more():
			return fold, lines, nil
		case c == 'i' || c == 'I':
			fold = true
		case c == 'm' || c == 'M':
			lines = true
		case c == 'e':
			s.eval = true
		case c == 'p' && s.print > 0:
			p.at++
			return false, false, p.errorf("multiple `p' options to `s' command")
		case c == 'p':
			s.print++
		case c == 'g' && s.global:
			p.at++
			return false, false, p.errorf("multiple `g' options to `s' command")
		case c == 'g':
			s.global = true
		case c == 'w':
			p.at++
			p.skip(blanks)
			if s.file = p.line(); s.file == "" {
				return false, false, p.errorf("missing filename in r/R/w/W commands")
			}
			p.files = append(p.files, s.file)
			return fold, lines, nil
		case '0' <= c && c <= '9':
			if numbered {
				p.at++
				return false, false, p.errorf("multiple number options to `s' command")
			}
			if s.nth = p.number(); s.nth == 0 {
				return false, false, p.errorf("number option to `s' command may not be zero")
			}
			numbered = true
			continue
		case strings.IndexByte(blanks, c) >= 0:
		case c == '\n' || c == ';' || c == '}' || c == '#':
			return fold, lines, p.end()
		default:
			p.at++
			return false, false, p.errorf("unknown option to `s'")
		}
		p.at++
	}
}

// replacement reads the right side of an s command.
func (p *parser) replacement(delimiter byte) ([]part, bool) {
	var parts []part
	var text []byte
	flush := func() {
		if len(text) > 0 {
			parts = append(parts, part{group: -1, text: text})
			text = nil
		}
	}
	for p.more() {
		c := p.src[p.at]
		p.at++
		switch {
		case c == delimiter:
			flush()
			return parts, true
		case c == '&':
			flush()
			parts = append(parts, part{group: 0})
		case c != '\\':
			text = append(text, c)
		case !p.more():
			return nil, false
		default:
			c = p.src[p.at]
			e, n := escape(p.src[p.at-1:])
			switch {
			case c == delimiter:
				text = append(text, c)
			case '0' <= c && c <= '9':
				flush()
				parts = append(parts, part{group: int(c - '0')})
			case strings.IndexByte("LUluE", c) >= 0:
				flush()
				parts = append(parts, part{group: -1, change: c})
			case n > 0:
				text = append(text, e)
				p.at += n - 2
			default:
				text = append(text, c)
			}
			p.at++
		}
	}
	return nil, false
}

// replace applies s to the pattern space and reports whether it changed.
func (m *machine) replace(s *substitution) (bool, error) {
	re := m.regex(s.regex)
	if re == nil {
		return false, errNoRegex
	}
	var out bytes.Buffer
	at, copied, count, previous := 0, 0, 0, -1
	for at <= len(m.space) {
		loc, err := re.Find(m.space, at)
		if err != nil {
			return false, err
		}
		if loc == nil {
			break
		}
		if m.steps++; m.steps > maxSteps || out.Len() > 2*maxSpace {
			return false, ErrSteps
		}
		from, to := loc[0], loc[1]
		// An empty match right behind the one before is none.
		if from != to || from != previous {
			count++
			if count >= s.nth && (s.global || count == s.nth) {
				out.Write(m.space[copied:from])
				expand(&out, s.parts, m.space, loc)
			} else {
				out.Write(m.space[copied:to])
			}
			copied, previous = to, to
			if count >= s.nth && !s.global {
				break
			}
		}
		at = to
		if from == to {
			if at < len(m.space) {
				out.WriteByte(m.space[at])
			}
			at++
			copied = min(at, len(m.space))
		}
	}
	if count < s.nth {
		return false, nil
	}
	out.Write(m.space[copied:])
	m.space = out.Bytes()
	return true, nil
}

// expand writes a replacement for the match at loc.
func expand(out *bytes.Buffer, parts []part, text []byte, loc []int) {
	var mode, once byte
	for _, p := range parts {
		switch p.change {
		case 'L', 'U':
			mode, once = p.change, 0
			continue
		case 'E':
			mode, once = 0, 0
			continue
		case 'l', 'u':
			once = p.change
			continue
		}
		piece := p.text
		if p.group >= 0 {
			if 2*p.group+1 >= len(loc) || loc[2*p.group] < 0 {
				continue
			}
			piece = text[loc[2*p.group]:loc[2*p.group+1]]
		}
		for _, b := range piece {
			switch {
			case once == 'u' || once == 0 && mode == 'U':
				b = toUpper(b)
			case once == 'l' || mode == 'L':
				b = toLower(b)
			}
			once = 0
			out.WriteByte(b)
		}
	}
}

func toUpper(b byte) byte {
	if 'a' <= b && b <= 'z' {
		return b - 'a' + 'A'
	}
	return b
}

func toLower(b byte) byte {
	if 'A' <= b && b <= 'Z' {
		return b - 'A' + 'a'
	}
	return b
}
