package shell

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// read reads a line, byte by byte so that the rest stays for others.
func (s *shell) read(c *call) (int, error) {
	args, raw := c.args[1:], false
	for len(args) > 0 && strings.HasPrefix(args[0], "-") && len(args[0]) > 1 {
		opt := args[0]
		args = args[1:]
		if opt == "--" {
			break
		}
		letters, prompts := strings.CutSuffix(opt[1:], "p")
		if strings.Trim(letters, "r") != "" {
			return 0, s.fail("read: Illegal option %s", opt)
		}
		raw = raw || letters != ""
		if prompts && len(args) > 0 {
			args = args[1:] // no terminal sees the prompt
		}
	}
	if len(args) == 0 {
		return 0, s.fail("read: arg count")
	}
	for _, name := range args {
		if !syntax.ValidName(name) {
			return 0, s.fail("read: %s: bad variable name", name)
		}
	}
	line, status, err := s.readLine('\n', raw, 0)
	if err != nil {
		return 0, err
	}
	return status, s.assignFields(args, line)
}

// readLine reads up to the delimiter, at most that many bytes unless that is 0. Escaped characters are marked as quoted.
// The status is 1 at the end of the input.
func (s *shell) readLine(delimiter byte, raw bool, most int) (field, int, error) {
	var line field
	var text []byte
	in, buf := s.proc.Stdin(), make([]byte, 1)
	escaped := false
	flush := func() {
		if len(text) > 0 {
			line = append(line, segment{string(text), expanded})
			text = nil
		}
	}
	for count := 0; ; count++ {
		if most > 0 && count == most {
			flush()
			return line, 0, nil
		}
		if n, err := in.Read(buf); n == 0 || err != nil && n == 0 {
			flush()
			return line, 1, nil
		}
		switch b := buf[0]; {
		case escaped:
			escaped = false
			if b != '\n' {
				flush()
				line = append(line, segment{string(b), quoted})
			}
		case b == '\\' && !raw:
			escaped = true
		case b == delimiter:
			flush()
			return line, 0, nil
		case b != 0:
			text = append(text, b)
			if len(text) > maxValue {
				return nil, 0, errEndless
			}
		}
	}
}

// assignFields splits a line among variables; the last one gets what is left.
func (s *shell) assignFields(names []string, line field) error {
	separators, isSet := s.get("IFS")
	if !isSet {
		separators = " \t\n"
	}
	values := splitInto(line, separators, len(names))
	for i, name := range names {
		value := ""
		if i < len(values) {
			value = values[i]
		}
		if err := s.set(name, value); err != nil {
			return err
		}
	}
	return nil
}

// splitInto splits f into at most n strings. The last keeps its separators, but
// for white space at the end and a single separator behind a single field.
func splitInto(f field, separators string, n int) []string {
	sp := &lineSplitter{separators: separators}
	for _, seg := range f {
		sp.text = append(sp.text, seg.text...)
		for range len(seg.text) {
			sp.hard = append(sp.hard, seg.from == quoted)
		}
	}
	var out []string
	i := sp.skip(0)
	for len(out) < n-1 && i < len(sp.text) {
		start := i
		i = sp.end(i)
		out = append(out, string(sp.text[start:i]))
		if i = sp.skip(i); i < len(sp.text) && sp.separates(i) {
			i = sp.skip(i + 1)
		}
	}
	if i < len(sp.text) {
		out = append(out, sp.last(i))
	}
	return out
}

// A lineSplitter finds the fields of a line that read has read.
type lineSplitter struct {
	text       []byte
	hard       []bool // escaped, so no separator
	separators string
}

func (sp *lineSplitter) separates(i int) bool {
	return !sp.hard[i] && strings.IndexByte(sp.separators, sp.text[i]) >= 0
}

// blank reports whether a separator at i is white space.
func (sp *lineSplitter) blank(i int) bool {
	return sp.separates(i) && strings.IndexByte(" \t\n", sp.text[i]) >= 0
}

// skip returns the first place from i on that is not blank.
func (sp *lineSplitter) skip(i int) int {
	for i < len(sp.text) && sp.blank(i) {
		i++
	}
	return i
}

// end returns where the field at i ends.
func (sp *lineSplitter) end(i int) int {
	for i < len(sp.text) && !sp.separates(i) {
		i++
	}
	return i
}

// last is what the last variable gets: all of the rest, or a single field
// without its separator.
func (sp *lineSplitter) last(start int) string {
	end := sp.end(start)
	next := sp.skip(end)
	if next < len(sp.text) && sp.separates(next) && sp.skip(next+1) == len(sp.text) {
		return string(sp.text[start:end])
	}
	end = len(sp.text)
	for end > start && sp.blank(end-1) {
		end--
	}
	return string(sp.text[start:end])
}
