package shell

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// fields expands words to arguments: all expansions, field splitting, pathname
// expansion and quote removal (XCU 2.6).
func (s *shell) fields(words []*syntax.Word) ([]string, error) {
	var out []string
	for _, w := range words {
		if text, ok := plain(w); ok {
			out = append(out, text)
			continue
		}
		var err error
		variants := []*syntax.Word{w}
		if s.bash {
			if variants, err = braces(w); err != nil {
				return nil, s.at(err)
			}
		}
		for _, w := range variants {
			if out, err = s.expandWord(out, w); err != nil {
				return nil, err
			}
			if len(out) > maxFields {
				return nil, errEndless
			}
		}
	}
	return out, nil
}

// plain returns the text of a word in which nothing is to be expanded.
func plain(w *syntax.Word) (string, bool) {
	if len(w.Parts) != 1 {
		return "", false
	}
	switch p := w.Parts[0].(type) {
	case *syntax.Lit:
		return p.Value, p.Value == "[" || !strings.ContainsAny(p.Value, "\\~*?[{")
	case *syntax.SglQuoted:
		return p.Value, !p.Dollar
	}
	return "", false
}

func (s *shell) expandWord(out []string, w *syntax.Word) ([]string, error) {
	e := &expander{s: s}
	if err := e.parts(w.Parts, false, startTilde); err != nil {
		return nil, err
	}
	e.next()
	if err := s.in.step(len(e.fields) / 16); err != nil {
		return nil, err
	}
	separators, isSet := s.get("IFS")
	if !isSet {
		separators = " \t\n"
	}
	for _, f := range e.fields {
		for _, f := range split(f, separators, s.bash) {
			if s.opts.noglob || !f.mayGlob(s.rules()) {
				out = append(out, f.String())
				continue
			}
			names, err := s.glob(f)
			if err != nil {
				return nil, err
			}
			out = append(out, names...)
		}
	}
	return out, nil
}

// one expands a word to a single string.
func (s *shell) one(w *syntax.Word, home tilde) (field, error) {
	e := &expander{s: s, whole: true}
	if err := e.parts(w.Parts, false, home); err != nil {
		return nil, err
	}
	return e.cur, s.in.fatal
}

// text expands a word to a string, without splitting or pathname expansion.
func (s *shell) text(w *syntax.Word) (string, error) {
	if text, ok := plain(w); ok {
		return text, nil
	}
	f, err := s.one(w, startTilde)
	return f.String(), err
}

// assignmentText expands the value of an assignment.
func (s *shell) assignmentText(w *syntax.Word) (string, error) {
	if text, ok := plain(w); ok {
		return text, nil
	}
	f, err := s.one(w, assignTilde)
	return f.String(), err
}

// assignmentWord expands a word that isAssignment.
func (s *shell) assignmentWord(w *syntax.Word) (string, error) {
	lit := w.Parts[0].(*syntax.Lit)
	name, value, _ := strings.Cut(lit.Value, "=")
	rest := syntax.Word{Parts: append([]syntax.WordPart{&syntax.Lit{Value: value}}, w.Parts[1:]...)}
	text, err := s.assignmentText(&rest)
	return name + "=" + text, err
}

// pattern expands a word to a pattern.
func (s *shell) pattern(w *syntax.Word) (*pattern, error) {
	if p := s.patterns[w]; p != nil {
		return p, nil
	}
	e := &expander{s: s, whole: true, pattern: true}
	if err := e.parts(w.Parts, false, startTilde); err != nil {
		return nil, err
	}
	p, err := s.compile(e.cur)
	if err != nil {
		return nil, err
	}
	if len(w.Parts) == 1 && !s.bash {
		if lit, ok := w.Parts[0].(*syntax.Lit); ok && !strings.Contains(lit.Value, "~") {
			s.patterns[w] = p
		}
	}
	return p, nil
}

// document expands the body of a here-document.
func (s *shell) document(w *syntax.Word) (string, error) {
	e := &expander{s: s, whole: true}
	for _, part := range w.Parts {
		if lit, ok := part.(*syntax.Lit); ok {
			e.add(unescapeDocument(lit.Value), quoted)
			continue
		}
		if err := e.part(part, true, noTilde, false, false); err != nil {
			return "", err
		}
	}
	return e.cur.String(), s.in.fatal
}

// unescapeDocument removes the backslashes that a here-document gives a
// meaning: those of double quotes but for \".
func unescapeDocument(text string) string {
	if !strings.Contains(text, `\`) {
		return text
	}
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] == '\\' && i+1 < len(text) && strings.IndexByte("$`\\", text[i+1]) >= 0 {
			i++
		}
		b.WriteByte(text[i])
	}
	return b.String()
}
