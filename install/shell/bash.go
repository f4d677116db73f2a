package shell

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"coen/install/proc"
)

var bashBuiltins = map[string]builtin{}

type list struct{}

func (l *list) clone() *list              { return l }
func (l *list) get(string) (string, bool) { return "", false }
func (l *list) set(string, string)        {}

// rules returns what patterns mean to s.
func (s *shell) rules() patternRules {
	return patternRules{caret: s.bash, groups: s.bash && s.shopt["extglob"]}
}
func braces(w *syntax.Word) []*syntax.Word { return []*syntax.Word{w} }
func (s *shell) bashCommand(*syntax.Stmt) error {
	return &proc.Unmodelled{What: "bash syntax"}
}
func (s *shell) bashLoop(*syntax.ForClause, bool) error {
	return &proc.Unmodelled{What: "bash syntax"}
}
func (e *expander) bashParam(*syntax.ParamExp, bool) (bool, error) { return false, nil }
func (s *shell) dynamic(string) (string, bool, bool)               { return "", false, false }
func (s *shell) assignBash(*syntax.Assign, varFlags) error {
	return &proc.Unmodelled{What: "bash syntax"}
}
func (s *shell) unsetBash(string, bool) (bool, error)         { return false, nil }
func (s *shell) importBash(func(string, string))              {}
func (s *shell) convert(f varFlags, v string) (string, error) { return v, nil }
func readsFile(*syntax.CmdSubst) (*syntax.Word, bool)         { return nil, false }
func (s *shell) readFileTo(*syntax.Word, *pipe) error         { return nil }
func unescapeC(t string) string                               { return t }
func (a *arithmetic) subscript(n string) (string, error)      { return n, nil }
func (a *arithmetic) increment(string) (int64, error)         { return 0, nil }
func (a *arithmetic) bashValue(string) (int64, error)         { return 0, nil }
func (s *shell) setElement(n, v string) error                 { return s.set(n, v) }
func basedConstant(string) (int64, error)                     { return 0, nil }
func (s *shell) element(n string) (string, bool)              { return s.get(n) }
func (s *shell) optionOn(string) bool                         { return false }

func (s *shell) isRegular(name string) bool {
	n := stat(s.proc, name)
	return n != nil && fileTest('f', n)
}

var _ = strings.Cut
