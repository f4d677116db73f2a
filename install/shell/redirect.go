package shell

import (
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"coen/install/proc"
)

// redirect performs redirections in order and returns how to undo those that
// were made, also after an error.
func (s *shell) redirect(list []*syntax.Redirect) (undo func(), err error) {
	if len(list) == 0 {
		return func() {}, nil
	}
	type saved struct {
		fd   int
		file *proc.File
	}
	var before []saved
	undo = func() {
		for i := len(before) - 1; i >= 0; i-- {
			s.connect(before[i].fd, before[i].file)
		}
	}
	words := make([]string, len(list))
	for i, r := range list {
		if words[i], err = s.redirectWord(r); err != nil {
			return undo, err
		}
	}
	for i, r := range list {
		fds, file, err := s.target(r, words[i])
		if err != nil {
			return undo, err
		}
		for _, fd := range fds {
			before = append(before, saved{fd, s.proc.Files[fd]})
			s.connect(fd, file)
		}
	}
	return undo, nil
}

// connect makes fd the descriptor of file, or closes it if file is nil.
func (s *shell) connect(fd int, file *proc.File) {
	if file == nil {
		delete(s.proc.Files, fd)
		return
	}
	s.proc.Files[fd] = file
}

// redirectWord expands the word of a redirection.
func (s *shell) redirectWord(r *syntax.Redirect) (string, error) {
	if r.Op == syntax.Hdoc || r.Op == syntax.DashHdoc {
		return "", nil
	}
	word, err := s.text(r.Word)
	if err == nil && (r.Op == syntax.DplIn || r.Op == syntax.DplOut) && !s.bash && word != "-" && !isUnsigned(word) {
		err = s.fail("Syntax error: Bad fd number")
	}
	return word, err
}

// target returns which descriptors a redirection sets, and to what; nil closes.
func (s *shell) target(r *syntax.Redirect, word string) ([]int, *proc.File, error) {
	fd, err := s.descriptor(r)
	if err != nil {
		return nil, nil, err
	}
	if r.Op == syntax.Hdoc || r.Op == syntax.DashHdoc {
		text, err := s.hereDocument(r)
		return []int{fd}, &proc.File{R: strings.NewReader(text)}, err
	}
	switch r.Op {
	case syntax.WordHdoc:
		return []int{fd}, &proc.File{R: strings.NewReader(word + "\n")}, nil
	case syntax.DplIn, syntax.DplOut:
		return s.duplicate(r, fd, word)
	case syntax.RdrAll, syntax.AppAll:
		file, err := s.open(word, modeOf(r.Op))
		return []int{1, 2}, file, err
	}
	file, err := s.open(word, modeOf(r.Op))
	return []int{fd}, file, err
}

// descriptor returns the file descriptor a redirection is about.
func (s *shell) descriptor(r *syntax.Redirect) (int, error) {
	if r.N != nil {
		fd, err := strconv.Atoi(r.N.Value)
		if err != nil {
			return 0, &proc.Unmodelled{What: "redirection of {" + r.N.Value + "}"}
		}
		return fd, nil
	}
	switch r.Op {
	case syntax.RdrIn, syntax.RdrInOut, syntax.DplIn, syntax.Hdoc, syntax.DashHdoc, syntax.WordHdoc:
		return 0, nil
	}
	return 1, nil
}

// duplicate handles "n>&word" and "n<&word".
func (s *shell) duplicate(r *syntax.Redirect, fd int, word string) ([]int, *proc.File, error) {
	if word == "-" {
		return []int{fd}, nil, nil
	}
	from, err := strconv.Atoi(word)
	if err != nil || from < 0 {
		if s.bash && r.Op == syntax.DplOut && r.N == nil {
			file, err := s.open(word, truncating)
			return []int{1, 2}, file, err
		}
		return nil, nil, s.failRedirect("%s: Bad file descriptor", word)
	}
	file := s.proc.Files[from]
	if file == nil {
		return nil, nil, s.failRedirect("%d: Bad file descriptor", from)
	}
	return []int{fd}, file, nil
}

// hereDocument returns the text of a here-document.
func (s *shell) hereDocument(r *syntax.Redirect) (string, error) {
	if r.Hdoc == nil {
		return "", nil
	}
	body := r.Hdoc
	if r.Op == syntax.DashHdoc {
		body = withoutTabs(body)
	}
	if quotedWord(r.Word) {
		var b strings.Builder
		for _, p := range body.Parts {
			if lit, ok := p.(*syntax.Lit); ok {
				b.WriteString(lit.Value)
			}
		}
		return b.String(), nil
	}
	return s.document(body)
}

func quotedWord(w *syntax.Word) bool {
	for _, p := range w.Parts {
		lit, ok := p.(*syntax.Lit)
		if !ok || strings.Contains(lit.Value, `\`) {
			return true
		}
	}
	return false
}

// withoutTabs removes the tabs at the start of the lines of "<<-".
func withoutTabs(w *syntax.Word) *syntax.Word {
	out := &syntax.Word{}
	start := true
	for _, p := range w.Parts {
		lit, ok := p.(*syntax.Lit)
		if !ok {
			out.Parts, start = append(out.Parts, p), false
			continue
		}
		var b strings.Builder
		for line := range strings.SplitAfterSeq(lit.Value, "\n") {
			if start {
				line = strings.TrimLeft(line, "\t")
			}
			start = strings.HasSuffix(line, "\n")
			b.WriteString(line)
		}
		start = strings.HasSuffix(lit.Value, "\n")
		out.Parts = append(out.Parts, &syntax.Lit{Value: b.String()})
	}
	return out
}
