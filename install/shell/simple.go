package shell

import (
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// simple runs a simple command (XCU 2.9.1) in the order of dash: words, then
// redirections, then assignments, then the command.
func (s *shell) simple(c *syntax.CallExpr, st *syntax.Stmt, tested bool) error {
	if err := s.in.step(1); err != nil {
		return s.at(err)
	}
	s.line = s.base + int(st.Pos().Line())
	s.substatus = 0
	args, err := s.arguments(c.Args)
	if err != nil {
		return s.at(err)
	}
	s.sign(summary(args, c))
	if len(args) == 0 {
		return s.at(s.assignOnly(c, st))
	}
	err = s.invoke(c, st, args, tested)
	if s.bash {
		s.pipeStatus = []int{s.status}
		s.vars["_"] = variable{value: args[len(args)-1], isSet: true}
	}
	return s.at(err)
}

// arguments expands the words of a command. What follows export, readonly or
// local expands as an assignment if it looks like one.
func (s *shell) arguments(words []*syntax.Word) ([]string, error) {
	var args []string
	declares := false
	for i, w := range words {
		if declares && isAssignment(w) {
			value, err := s.assignmentWord(w)
			if err != nil {
				return nil, err
			}
			args = append(args, value)
			continue
		}
		got, err := s.fields(words[i : i+1])
		if err != nil {
			return nil, err
		}
		args = append(args, got...)
		if name := commandName(args); name != "" {
			declares = declarers[name] && s.funcs[name] == nil
		}
	}
	return args, nil
}

var declarers = map[string]bool{"export": true, "readonly": true, "local": true}

// commandName returns the command that args call, past any "command".
func commandName(args []string) string {
	for len(args) > 0 && args[0] == "command" {
		args = args[1:]
	}
	if len(args) == 0 {
		return ""
	}
	return args[0]
}

// isAssignment reports whether w starts with a literal "name=".
func isAssignment(w *syntax.Word) bool {
	lit, ok := w.Parts[0].(*syntax.Lit)
	if !ok {
		return false
	}
	name, _, found := strings.Cut(lit.Value, "=")
	return found && syntax.ValidName(name)
}

// sign makes the current command the author of what happens to the tree.
func (s *shell) sign(text string) {
	a := s.author
	a.Detail = s.caller + s.label + ":" + strconv.Itoa(s.line) + ": " + text
	s.proc.Tree.By(a)
}

// summary is a simple command as an author has it.
func summary(args []string, c *syntax.CallExpr) string {
	if len(args) == 0 && len(c.Assigns) > 0 {
		return c.Assigns[0].Name.Value + "="
	}
	const enough = 200
	size := 0
	for i, arg := range args {
		if size += len(arg) + 1; size > enough {
			text := strings.Join(args[:i+1], " ")
			return strings.ToValidUTF8(text[:enough], "") + "..."
		}
	}
	return strings.Join(args, " ")
}

// assignOnly runs a command without a name: its assignments hold from now on,
// its redirections are opened and closed again.
func (s *shell) assignOnly(c *syntax.CallExpr, st *syntax.Stmt) error {
	undo, err := s.redirect(st.Redirs)
	undo()
	if jumpOf(err, unopened) != nil {
		s.status = s.redirectFailure()
		return nil
	}
	if err != nil {
		return err
	}
	if err := s.assignAll(c.Assigns, 0); err != nil {
		return err
	}
	s.trace(s.proc.Stderr(), c.Assigns, nil)
	s.status = s.substatus
	return nil
}

// invoke runs the command called args[0].
func (s *shell) invoke(c *syntax.CallExpr, st *syntax.Stmt, args []string, tested bool) error {
	call := &call{args: args, tested: tested}
	s.resolve(call)
	stderr := s.proc.Stderr()
	undo, err := s.redirect(st.Redirs)
	if call.keeps { // exec without a command
		if err == nil {
			undo = func() {}
		}
	}
	defer func() { undo() }()
	if jumpOf(err, unopened) != nil && (!call.special || s.bash) {
		s.status = s.redirectFailure()
		return nil
	}
	if err != nil {
		return err
	}
	if call.function == nil && call.special && !s.bash {
		var flags varFlags
		if args[0] == "exec" {
			flags = exported
		}
		if err := s.assignAll(c.Assigns, flags); err != nil {
			return err
		}
		s.trace(stderr, c.Assigns, args)
		return s.run(call)
	}
	return s.withAssigns(c.Assigns, func() error {
		s.trace(stderr, c.Assigns, args)
		return s.run(call)
	})
}
