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
		switch {
		case opt == "-r":
			raw = true
		case opt == "-p" && len(args) > 0:
			args = args[1:]
		default:
			return 0, s.fail("read: Illegal option %s", opt)
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
	line, status, err := s.readLine('\n', raw)
	if err != nil {
		return 0, err
	}
	return status, s.assignFields(args, line)
}

// readLine reads up to the delimiter. Escaped characters are marked as quoted.
// The status is 1 at the end of the input.
func (s *shell) readLine(delimiter byte, raw bool) (field, int, error) {
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
	for {
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
	var bytes []byte
	var hard []bool
	for _, seg := range f {
		bytes = append(bytes, seg.text...)
		for range len(seg.text) {
			hard = append(hard, seg.from == quoted)
		}
	}
	isSep := func(i int) bool { return !hard[i] && strings.IndexByte(separators, bytes[i]) >= 0 }
	isSpace := func(i int) bool { return isSep(i) && strings.IndexByte(" \t\n", bytes[i]) >= 0 }
	skip := func(i int) int {
		for i < len(bytes) && isSpace(i) {
			i++
		}
		return i
	}
	var out []string
	i := skip(0)
	for len(out) < n-1 && i < len(bytes) {
		start := i
		for i < len(bytes) && !isSep(i) {
			i++
		}
		out = append(out, string(bytes[start:i]))
		i = skip(i)
		if i < len(bytes) && isSep(i) && (i == start || !isSpace(i)) && !afterSpaceOnly(i, start, isSep, isSpace) {
			i = skip(i + 1)
		}
	}
	if i >= len(bytes) {
		return out
	}
	return append(out, lastField(bytes, i, isSep, isSpace, skip))
}

// afterSpaceOnly is false: a separator that is no white space belongs to the
// white space before it.
func afterSpaceOnly(int, int, func(int) bool, func(int) bool) bool { return false }

// lastField is what the last variable gets: all of the rest, or a single field
// without its separator.
func lastField(bytes []byte, start int, isSep, isSpace func(int) bool, skip func(int) int) string {
	i := start
	for i < len(bytes) && !isSep(i) {
		i++
	}
	end := skip(i)
	if end < len(bytes) && isSep(end) && skip(end+1) == len(bytes) {
		return string(bytes[start:i])
	}
	end = len(bytes)
	for end > start && isSpace(end-1) {
		end--
	}
	return string(bytes[start:end])
}
