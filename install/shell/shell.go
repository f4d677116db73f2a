package shell

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"coen/install/proc"
	"coen/tree"
)

// The process numbers scripts see. They are constants, so that a file named
// after $$ has the same name in every build.
const (
	pid       = 1000
	parentPID = 999
)

// A shell is a shell execution environment (POSIX XCU 2.12).
type shell struct {
	in     *Interpreter
	proc   *proc.Proc  // Dir, Umask and Files are the shell's own
	bash   bool        // rules of bash rather than of dash
	author tree.Author // at the start of the process
	caller string      // "postinst:24: " if a script started the process
	name   string      // $0
	label  string      // what positions call the script

	params []string
	vars   map[string]variable
	funcs  map[string]*function
	alias  map[string]string
	traps  map[string]string
	opts   options
	shopt  map[string]bool // bash
	locals []*scope        // one for each function being called

	line      int         // of the simple command being run
	base      int         // added to the line numbers of the source being run
	status    int         // $?
	substatus int         // of the last command substitution
	loops     int         // enclosing loops in this function
	ending    int         // status to exit with while the EXIT trap runs, else -1
	jobs      map[int]int // status of background commands by process number
	lastJob   int         // $!
	getopt    getoptState
	sub       bool // a subshell
	callers   []caller

	pipeStatus []int // bash: statuses of the last pipeline

	// patterns keeps what words without expansions compile to.
	patterns map[*syntax.Word]*pattern
	// substitutions counts the command substitutions around the command.
	substitutions int

	groups bool // bash: patterns know groups within [[ ]]
}

// A caller is a function being called or a file being sourced.
type caller struct{ name, file string }

type function struct {
	body   *syntax.Stmt
	base   int
	file   string // as positions have it
	source string // as BASH_SOURCE has it
}

// sourceFile is the file being read.
func (s *shell) sourceFile() string {
	if n := len(s.callers); n > 0 {
		return s.callers[n-1].file
	}
	return s.name
}

// process makes the shell for a new process p.
func (in *Interpreter) process(p *proc.Proc, bash bool) *shell {
	own := *p
	own.Files = maps.Clone(p.Files)
	s := &shell{
		in: in, proc: &own, bash: bash, author: p.Tree.Author(), name: "sh", label: "sh",
		vars: map[string]variable{}, funcs: map[string]*function{}, alias: map[string]string{},
		traps: map[string]string{}, shopt: map[string]bool{}, jobs: map[int]int{}, ending: -1,
		patterns: map[*syntax.Word]*pattern{},
	}
	s.caller = callerPlace(s.author.Detail)
	s.importEnvironment(p.Env)
	return s
}

// callerPlace returns the places of scripts that an author's detail starts with:
// "postinst:24: " of "postinst:24: helper --x".
func callerPlace(detail string) string {
	end := 0
	for {
		place, _, found := strings.Cut(detail[end:], ": ")
		colon := strings.LastIndexByte(place, ':')
		if !found || colon < 0 || strings.Contains(place, " ") || !isUnsigned(place[colon+1:]) {
			return detail[:end]
		}
		end += len(place) + 2
	}
}

// fork makes the environment of a subshell: a copy of s, except for what the
// standard resets.
func (s *shell) fork() *shell {
	sub := *s
	own := *s.proc
	own.Files = maps.Clone(own.Files)
	sub.proc = &own
	sub.params = slices.Clone(s.params)
	sub.vars = maps.Clone(s.vars)
	for name, v := range sub.vars {
		if v.list != nil {
			v.list = v.list.clone()
			sub.vars[name] = v
		}
	}
	sub.funcs = maps.Clone(s.funcs)
	sub.alias = maps.Clone(s.alias)
	sub.shopt = maps.Clone(s.shopt)
	sub.jobs = map[int]int{}
	sub.locals = cloneScopes(s.locals)
	sub.traps = map[string]string{}
	for name, action := range s.traps {
		if action == "" {
			sub.traps[name] = "" // ignored signals stay ignored
		}
	}
	sub.ending = -1
	sub.sub = true
	return &sub
}

// subshell runs f in a subshell and returns its exit status.
func (s *shell) subshell(f func(*shell) error) (int, error) {
	if err := s.in.enter(); err != nil {
		return 0, err
	}
	defer s.in.leave()
	sub := s.fork()
	return sub.end(f(sub))
}

// end finishes the environment s, whose last command ended with err: it runs
// the EXIT trap and gives the exit status. An error that is neither an exit nor
// a failure is handed on.
func (s *shell) end(err error) (int, error) {
	var j *jump
	switch {
	case err == nil:
	case errors.As(err, &j):
		s.status = j.exitStatus(s.status)
	default:
		return 0, err
	}
	s.status &= 0xff
	action := s.traps["EXIT"]
	if action == "" || j != nil && j.kind == replaced {
		return s.status, nil
	}
	delete(s.traps, "EXIT")
	s.ending = s.status
	err = s.eval(action, false)
	switch {
	case err == nil:
	case !errors.As(err, &j):
		return 0, err
	case j.kind == exitShell || j.kind == failed:
		s.ending = j.status & 0xff
	}
	return s.ending, nil
}

// at adds the place of the current command to an error that stops the build,
// unless it is there already; jumps pass unchanged.
func (s *shell) at(err error) error {
	if err == nil || isJump(err) {
		return err
	}
	var p *placed
	if errors.As(err, &p) && p.author == s.author && p.label == s.label {
		return err
	}
	return &placed{author: s.author, label: s.label, line: s.line, err: err}
}

// placed is an error with its place in a script.
type placed struct {
	author tree.Author // whoever called the script: tells nested scripts apart
	label  string
	line   int
	err    error
}

func (p *placed) Error() string { return fmt.Sprintf("%s:%d: %v", p.label, p.line, p.err) }
func (p *placed) Unwrap() error { return p.err }

// warn writes a message in the form dash uses.
func (s *shell) warn(format string, args ...any) {
	fmt.Fprintf(s.proc.Stderr(), "%s: %d: %s\n", s.name, s.line, fmt.Sprintf(format, args...))
}
