package command

import (
	"strings"

	"coen/install/command/regex"
)

// A finder returns the bounds of the first match in a line that starts at from
// or later, nil if there is none.
type finder func(line []byte, from int) []int

// finder compiles the patterns of grep's arguments.
func (s *searcher) finder() (finder, int) {
	patterns, status := s.patterns()
	if status != 0 {
		return nil, status
	}
	flags := regex.Lenient
	kind := s.last("E", "F", "G")
	if kind == "E" {
		flags |= regex.Extended
	}
	if s.last("i", "no-ignore-case") == "i" {
		flags |= regex.IgnoreCase
	}
	var all []*regex.Regexp
	for _, pattern := range patterns {
		if kind == "F" {
			pattern = literalPattern(pattern)
		}
		re, err := regex.Compile(pattern, flags)
		if err != nil {
			s.failf("%v", err)
			return nil, 2
		}
		all = append(all, re)
	}
	return func(line []byte, from int) []int { return s.first(all, line, from) }, 0
}

// patterns returns the patterns of -e and -f, or the first operand, divided at
// newlines.
func (s *searcher) patterns() (patterns []string, status int) {
	given := false
	for _, o := range s.given {
		switch o.name {
		case "e":
			given = true
			patterns = append(patterns, strings.Split(o.value, "\n")...)
		case "f":
			given = true
			data, err := s.read(o.value)
			if err != nil {
				s.failf("%s: %s", o.value, reason(err))
				return nil, 2
			}
			if text := string(data); text != "" {
				patterns = append(patterns, strings.Split(strings.TrimSuffix(text, "\n"), "\n")...)
			}
		}
	}
	if given {
		return patterns, 0
	}
	if len(s.operands) == 0 {
		s.Stderr().Write([]byte("Usage: grep [OPTION]... PATTERNS [FILE]...\n" +
			"Try 'grep --help' for more information.\n"))
		return nil, 2
	}
	patterns = strings.Split(s.operands[0], "\n")
	s.operands = s.operands[1:]
	return patterns, 0
}

// literalPattern quotes what is special in a basic regular expression.
func literalPattern(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if strings.IndexByte(`\.[]*^$`, s[i]) >= 0 {
			b.WriteByte('\\')
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// first returns the leftmost and longest match of any pattern, heeding -x and
// -w.
func (s *searcher) first(all []*regex.Regexp, line []byte, from int) []int {
	var best []int
	for _, re := range all {
		loc := s.match(re, line, from)
		if loc != nil && (best == nil || loc[0] < best[0] || loc[0] == best[0] && loc[1] > best[1]) {
			best = loc
		}
	}
	return best
}

func (s *searcher) match(re *regex.Regexp, line []byte, from int) []int {
	for from <= len(line) {
		loc, err := re.Find(line, from)
		if err != nil {
			s.unmodelled("%v", err)
		}
		switch {
		case loc == nil:
			return nil
		case s.has("x"):
			if loc[0] == 0 && loc[1] == len(line) {
				return loc
			}
			return nil
		case !s.has("w"):
			return loc
		}
		if loc := s.word(re, line, loc); loc != nil {
			return loc
		}
		from = loc[0] + 1
	}
	return nil
}

// word shortens a match until it is a whole word, as GNU grep does, or returns
// nil.
func (s *searcher) word(re *regex.Regexp, line []byte, loc []int) []int {
	from, to := loc[0], loc[1]
	for {
		before := from == 0 || !isWordByte(line[from-1])
		if before && (to == len(line) || !isWordByte(line[to])) {
			return []int{from, to}
		}
		if to == from || !before {
			return nil
		}
		shorter, err := re.Find(line[:to-1], from)
		if err != nil || shorter == nil || shorter[0] != from {
			return nil
		}
		to = shorter[1]
	}
}

func isWordByte(b byte) bool { return b == '_' || isAlphanumeric(b) }
