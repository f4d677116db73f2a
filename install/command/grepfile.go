package command

import (
	"bytes"
)

// file searches one file and writes what is asked for.
func (s *searcher) file(name string) {
	data, err := s.read(name)
	if err != nil {
		s.complain("%s: %s", name, reason(err))
		return
	}
	if name == "-" {
		name = "(standard input)"
		if s.has("label") {
			name = s.value("label")
		}
	}
	binary := s.isBinary(data)
	listing := s.has("l") || s.has("L") || s.has("q")
	f := &fileSearch{searcher: s, name: name, quiet: listing || s.has("c") || binary}
	if s.value("binary-files") == "without-match" && binary {
		data = nil
	}
	if binary {
		data = bytes.ReplaceAll(data, []byte{0}, []byte{'\n'})
	}
	f.lines = records(data, s.terminator())
	f.run(listing || binary && !s.has("c"))
	if f.count > 0 != s.has("L") {
		s.found = true
	}
	switch {
	case s.has("q"):
	case s.has("l") && f.count > 0, s.has("L") && f.count == 0:
		s.out.WriteString(name)
		s.out.WriteByte(s.afterName('\n'))
	case listing:
	case s.has("c"):
		if s.named {
			s.out.WriteString(name)
			s.out.WriteByte(s.afterName(':'))
		}
		s.printf("%d\n", f.count)
	case binary && f.count > 0:
		s.failf("%s: binary file matches", name)
	}
}

// afterName returns what follows a file name: usual or, with -Z, a NUL.
func (s *searcher) afterName(usual byte) byte {
	if s.has("Z") {
		return 0
	}
	return usual
}

// isBinary reports whether data is not to be shown: it holds a NUL or, since
// the locale is C, nothing else counts.
func (s *searcher) isBinary(data []byte) bool {
	if s.has("a") || s.has("U") || s.value("binary-files") == "text" {
		return false
	}
	if s.has("z") {
		return false
	}
	return bytes.IndexByte(data, 0) >= 0
}

// fileSearch is the search of one file.
type fileSearch struct {
	*searcher
	name    string
	lines   [][]byte
	quiet   bool // count only
	count   int
	printed int // lines before this index are done with
	offset  int // of the current line
}

// run goes through the lines; with once, the first match ends it.
func (f *fileSearch) run(once bool) {
	last := -1
	for i, line := range f.lines {
		if f.max >= 0 && f.count >= f.max {
			f.trailing(last)
			return
		}
		text := bytes.TrimSuffix(line, []byte{f.terminator()})
		loc := f.find(text, 0)
		if (loc != nil) != f.has("v") {
			f.count++
			if once {
				return
			}
			if !f.quiet {
				f.trailing(last)
				f.leading(i)
				f.show(i, text, ':')
			}
			f.printed, last = i+1, i
		}
		f.offset += len(line)
	}
	f.trailing(last)
}

// leading writes the context before line i, and "--" before a gap.
func (f *fileSearch) leading(i int) {
	from := max(i-f.before, f.printed)
	if (f.before > 0 || f.after > 0) && f.separated && (from > f.printed || f.printed == 0) {
		f.printf("--\n")
	}
	f.separated = true
	for ; from < i; from++ {
		f.context(from)
	}
}

// trailing writes the context after line last.
func (f *fileSearch) trailing(last int) {
	if last < 0 || f.quiet {
		return
	}
	for f.printed < len(f.lines) && f.printed <= last+f.after {
		line := bytes.TrimSuffix(f.lines[f.printed], []byte{f.terminator()})
		if (f.find(line, 0) != nil) != f.has("v") && (f.max < 0 || f.count < f.max) {
			return
		}
		f.context(f.printed)
		f.printed++
	}
}

func (f *fileSearch) context(i int) {
	if !f.has("o") {
		f.show(i, bytes.TrimSuffix(f.lines[i], []byte{f.terminator()}), '-')
	}
}

// show writes line i, or with -o what matches in it.
func (f *fileSearch) show(i int, text []byte, mark byte) {
	if !f.has("o") {
		f.prefix(i, f.start(i), mark)
		f.out.Write(text)
		f.out.WriteByte(f.terminator())
		return
	}
	if f.has("v") {
		return
	}
	for at := 0; at <= len(text); {
		loc := f.find(text, at)
		if loc == nil {
			return
		}
		if loc[1] > loc[0] {
			f.prefix(i, f.start(i)+loc[0], mark)
			f.out.Write(text[loc[0]:loc[1]])
			f.out.WriteByte(f.terminator())
		}
		at = max(loc[1], loc[0]+1)
	}
}

// start returns the offset of line i in the file.
func (f *fileSearch) start(i int) int {
	if !f.has("b") {
		return 0
	}
	n := 0
	for _, line := range f.lines[:i] {
		n += len(line)
	}
	return n
}

// prefix writes what -H, -n and -b put before a line.
func (f *fileSearch) prefix(i, offset int, mark byte) {
	if f.named {
		f.out.WriteString(f.name)
		f.out.WriteByte(f.afterName(mark))
	}
	if f.has("n") {
		f.printf("%d%c", i+1, mark)
	}
	if f.has("b") {
		f.printf("%d%c", offset, mark)
	}
}
