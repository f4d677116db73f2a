package shell

import (
	"fmt"
	"io"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// trace shows a simple command for "set -x", on the standard error from before
// its redirections: assignments that were made, then the words.
func (s *shell) trace(stderr io.Writer, assigns []*syntax.Assign, args []string) {
	if !s.opts.xtrace {
		return
	}
	var words []string
	for _, a := range assigns {
		value, _ := s.get(a.Name.Value)
		words = append(words, a.Name.Value+"="+value)
	}
	if !s.bash {
		fmt.Fprintf(stderr, "%s%s\n", s.prompt("PS4"), strings.Join(append(words, args...), " "))
		return
	}
	prefix := s.prompt("PS4")
	if prefix != "" {
		prefix = strings.Repeat(prefix[:1], s.substitutions) + prefix
	}
	for _, w := range words {
		name, value, _ := strings.Cut(w, "=")
		fmt.Fprintf(stderr, "%s%s=%s\n", prefix, name, traceQuote(value, ""))
	}
	if len(args) > 0 {
		shown := make([]string, len(args))
		for i, arg := range args {
			shown[i] = traceQuote(arg, "''")
		}
		fmt.Fprintf(stderr, "%s%s\n", prefix, strings.Join(shown, " "))
	}
}

// traceQuote is how bash shows a word.
func traceQuote(word, empty string) string {
	if word == "" {
		return empty
	}
	if shortQuote(word) == word {
		return word
	}
	return bashQuote(word)
}

// prompt expands the value of a prompt variable.
func (s *shell) prompt(name string) string {
	text, _ := s.get(name)
	if !strings.ContainsAny(text, "$`\\") {
		return text
	}
	w, err := syntax.NewParser().Document(strings.NewReader(text))
	if err != nil {
		return text
	}
	s.opts.xtrace = false
	defer func() { s.opts.xtrace = true }()
	expanded, err := s.document(w)
	if err != nil {
		return text
	}
	return expanded
}
