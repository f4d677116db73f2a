package shell

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"coen/install/proc"
)

// bashBuiltins are the builtins that bash has besides those of builtins, or
// that differ.
var bashBuiltins map[string]builtin

func init() {
	bashBuiltins = map[string]builtin{
		"source": (*shell).dot, "declare": (*shell).declareWords, "typeset": (*shell).declareWords,
		"local": (*shell).declareWords, "export": (*shell).declareWords, "readonly": (*shell).declareWords,
		"let": (*shell).let, "shopt": (*shell).shoptBuiltin, "builtin": (*shell).builtinBuiltin,
		"mapfile": (*shell).mapfile, "readarray": (*shell).mapfile, "read": (*shell).bashRead,
		"echo": (*shell).bashEcho, "printf": (*shell).bashPrintf, "type": (*shell).bashType,
		"test": bashTest, "[": bashTest, "trap": (*shell).bashTrap,
	}
	for _, name := range []string{
		"bind", "caller", "compgen", "complete", "compopt", "dirs", "disown", "enable", "fc", "help",
		"history", "logout", "popd", "pushd", "suspend",
	} {
		bashBuiltins[name] = func(_ *shell, c *call) (int, error) {
			return 0, &proc.Unmodelled{What: "bash builtin " + c.args[0]}
		}
	}
}

func bashTest(s *shell, c *call) (int, error) {
	p := *s.proc
	p.Args = c.args
	return runTest(&p, s)
}

// A declaration is what the options of declare ask for.
type declaration struct {
	add, remove      varFlags
	array, assoc     bool
	functions, print bool
	global, local    bool
}

// declare runs a declare clause as the parser knows it.
func (s *shell) declare(c *syntax.DeclClause) error {
	d, err := s.declarer(c.Variant.Value)
	if err != nil {
		return err
	}
	s.status, s.substatus = 0, 0
	var names int
	for _, a := range c.Args {
		if a.Name == nil { // an option, or an expansion that gives words
			words, err := s.fields([]*syntax.Word{a.Value})
			if err != nil {
				return err
			}
			for _, w := range words {
				used, err := s.declareWord(d, c.Variant.Value, w)
				if err != nil {
					return err
				}
				names += used
			}
			continue
		}
		names++
		if err := s.declareAssign(d, a); err != nil {
			return err
		}
	}
	if names == 0 {
		return s.listDeclared(d, c.Variant.Value)
	}
	return nil
}

// declareWords is declare as a command whose words are expanded already.
func (s *shell) declareWords(c *call) (int, error) {
	d, err := s.declarer(c.args[0])
	if err != nil {
		return 0, err
	}
	s.status = 0
	names := 0
	for _, w := range c.args[1:] {
		used, err := s.declareWord(d, c.args[0], w)
		if err != nil {
			return 0, err
		}
		names += used
	}
	if names == 0 {
		err = s.listDeclared(d, c.args[0])
	}
	return s.status, err
}

// declarer returns what the command itself asks for.
func (s *shell) declarer(command string) (*declaration, error) {
	d := &declaration{}
	switch command {
	case "export":
		d.add, d.global = exported, true
	case "readonly":
		d.add, d.global = readOnly, true
	case "nameref":
		return nil, &proc.Unmodelled{What: "nameref"}
	case "local":
		if s.scope() == nil {
			s.warn("local: can only be used in a function")
			return nil, &jump{kind: failed, status: 1}
		}
	}
	d.local = s.scope() != nil
	return d, nil
}

// declareWord handles one expanded word: an option, a name or an assignment. It
// returns how many names that was.
func (s *shell) declareWord(d *declaration, command, word string) (int, error) {
	if len(word) > 1 && (word[0] == '-' || word[0] == '+') {
		if word == "--" {
			return 0, nil
		}
		return 0, s.declareOption(d, command, word)
	}
	if d.functions {
		if s.funcs[word] == nil {
			s.status = 1
		} else if command != "export" {
			s.printf("%s\n", word)
		}
		return 1, nil
	}
	name, value, assigns := strings.Cut(word, "=")
	name, add := strings.CutSuffix(name, "+")
	if !syntax.ValidName(name) {
		s.warn("%s: `%s': not a valid identifier", command, word)
		s.status = 1
		return 1, nil
	}
	if err := s.prepare(d, name); err != nil {
		return 0, err
	}
	var err error
	switch {
	case assigns && add:
		err = s.appendTo(name, value)
	case assigns:
		err = s.set(name, value)
	}
	if err == nil {
		s.finishDeclaration(d, name)
	}
	return 1, err
}

// declareOption handles options such as -ax and +x.
func (s *shell) declareOption(d *declaration, command, word string) error {
	for _, letter := range word[1:] {
		var flag varFlags
		switch letter {
		case 'a':
			d.array = true
		case 'A':
			d.assoc = true
		case 'f', 'F':
			d.functions = true
			if command == "export" {
				return &proc.Unmodelled{What: "export -f"}
			}
		case 'p':
			d.print = true
		case 'g':
			d.global = true
		case 'n':
			if command != "export" {
				return &proc.Unmodelled{What: "nameref"}
			}
			d.add, d.remove = 0, exported
		case 'i':
			flag = integer
		case 'l':
			flag = lower
		case 'u':
			flag = upper
		case 'r':
			flag = readOnly
		case 'x':
			flag = exported
		default:
			s.warn("%s: %s: invalid option", command, word)
			return &jump{kind: failed, status: 2}
		}
		if word[0] == '-' {
			d.add |= flag
		} else {
			d.remove |= flag
		}
	}
	return nil
}

func (s *shell) declareAssign(d *declaration, a *syntax.Assign) error {
	name := a.Name.Value
	if d.functions || d.print && a.Naked {
		_, err := s.declareWord(d, "declare", name)
		return err
	}
	if err := s.prepare(d, name); err != nil {
		return err
	}
	if !a.Naked {
		if err := s.assign(a, 0); err != nil {
			return err
		}
	}
	s.finishDeclaration(d, name)
	return nil
}

// prepare makes a variable local and an array before it gets its value.
func (s *shell) prepare(d *declaration, name string) error {
	if d.local && !d.global {
		sc := s.scope()
		if _, done := sc.old[name]; !done {
			s.makeLocal(sc, name)
			s.vars[name] = variable{flags: s.vars[name].flags &^ (readOnly | integer | lower | upper)}
		}
	}
	v := s.vars[name]
	v.flags |= d.add &^ readOnly
	if (d.array || d.assoc) && v.list == nil {
		v.list = &list{assoc: d.assoc, items: map[string]string{}}
		if v.isSet {
			v.list.set("0", v.value)
		}
	}
	s.vars[name] = v
	return nil
}

func (s *shell) finishDeclaration(d *declaration, name string) {
	v := s.vars[name]
	v.flags |= d.add
	v.flags &^= d.remove &^ readOnly
	s.vars[name] = v
}

// listDeclared prints variables or functions.
func (s *shell) listDeclared(d *declaration, command string) error {
	switch {
	case d.functions:
		for _, name := range slices.Sorted(maps.Keys(s.funcs)) {
			s.printf("declare -f %s\n", name)
		}
	case command == "export" || command == "readonly":
		for _, name := range s.sorted(d.add) {
			v := s.vars[name]
			flags := ""
			if v.flags&readOnly != 0 {
				flags += "r"
			}
			if v.flags&exported != 0 {
				flags += "x"
			}
			if v.list != nil {
				continue
			}
			if v.isSet {
				s.printf("declare -%s %s=\"%s\"\n", flags, name, escapeDouble(v.value))
			} else {
				s.printf("declare -%s %s\n", flags, name)
			}
		}
	default:
		return &proc.Unmodelled{What: command + " without names"}
	}
	return nil
}

func escapeDouble(v string) string {
	return strings.NewReplacer(`\`, `\\`, `"`, `\"`, "$", `\$`, "`", "\\`").Replace(v)
}

func (s *shell) let(c *call) (int, error) {
	if len(c.args) == 1 {
		s.warn("let: expression expected")
		return 1, nil
	}
	n := int64(0)
	for _, arg := range c.args[1:] {
		var err error
		if n, err = s.evaluate(arg); err != nil {
			return 0, err
		}
	}
	return truth(n != 0), nil
}

// shoptNames are the options of shopt, with their defaults in a script.
var shoptNames = map[string]bool{
	"extglob": false, "nullglob": false, "dotglob": false, "nocasematch": false, "nocaseglob": false,
	"globstar": false, "failglob": false, "lastpipe": false, "inherit_errexit": false, "expand_aliases": false,
	"sourcepath": true, "checkwinsize": true, "cmdhist": true, "execfail": false, "xpg_echo": false,
	"extquote": true, "force_fignore": true, "globasciiranges": true, "interactive_comments": true,
	"promptvars": true, "compat31": false, "login_shell": false, "huponexit": false, "checkhash": false,
}

// unmodelledShopt are the options that would change what is modelled.
var unmodelledShopt = map[string]bool{
	"nocasematch": true, "nocaseglob": true, "globstar": true, "failglob": true, "lastpipe": true,
	"expand_aliases": true, "execfail": true, "xpg_echo": true, "compat31": true,
}

func (s *shell) shoptBuiltin(c *call) (int, error) {
	args, mode, quiet := c.args[1:], byte(0), false
	for len(args) > 0 && strings.HasPrefix(args[0], "-") {
		for _, letter := range []byte(args[0][1:]) {
			switch letter {
			case 's', 'u':
				mode = letter
			case 'q':
				quiet = true
			case 'p':
			default:
				return 0, &proc.Unmodelled{What: "shopt " + args[0]}
			}
		}
		args = args[1:]
	}
	if len(args) == 0 {
		return 0, &proc.Unmodelled{What: "shopt without names"}
	}
	status := 0
	for _, name := range args {
		byDefault, known := shoptNames[name]
		if !known {
			s.warn("shopt: %s: invalid shell option name", name)
			status = 1
			continue
		}
		on, changed := s.shopt[name]
		if !changed {
			on = byDefault
		}
		switch {
		case mode != 0 && unmodelledShopt[name] && mode == 's':
			return 0, &proc.Unmodelled{What: "shopt -s " + name}
		case mode != 0:
			s.shopt[name] = mode == 's'
		case !quiet:
			s.printf("%-15s\t%s\n", name, map[bool]string{true: "on", false: "off"}[on])
		}
		if mode == 0 && !on {
			status = 1
		}
	}
	return status, nil
}

// builtinBuiltin runs a builtin and nothing else.
func (s *shell) builtinBuiltin(c *call) (int, error) {
	if len(c.args) == 1 {
		return 0, nil
	}
	inner := &call{args: c.args[1:], tested: c.tested, builtin: s.builtin(c.args[1])}
	if inner.builtin == nil {
		s.warn("builtin: %s: not a shell builtin", c.args[1])
		return 1, nil
	}
	err := s.runBuiltin(inner)
	return s.status, err
}

// bashEcho is bash's echo: options -n, -e and -E, escapes only with -e.
func (s *shell) bashEcho(c *call) (int, error) {
	args, newline, escapes := c.args[1:], true, false
	for len(args) > 0 && len(args[0]) > 1 && args[0][0] == '-' && strings.Trim(args[0][1:], "neE") == "" {
		for _, letter := range args[0][1:] {
			switch letter {
			case 'n':
				newline = false
			default:
				escapes = letter == 'e'
			}
		}
		args = args[1:]
	}
	text := strings.Join(args, " ")
	if escapes {
		var b strings.Builder
		newline = !writeBashEscaped(&b, text) && newline
		text = b.String()
	}
	if newline {
		text += "\n"
	}
	p := *s.proc
	p.Args = c.args
	return write(&p, text)
}

// writeBashEscaped is writeEscaped with the escapes of bash.
func writeBashEscaped(b *strings.Builder, text string) (stop bool) {
	for {
		plain, rest, found := strings.Cut(text, `\`)
		b.WriteString(plain)
		switch {
		case !found:
			return false
		case strings.HasPrefix(rest, "c"):
			return true
		case strings.HasPrefix(rest, "0"):
			n := octalDigits(rest[1:], 3)
			v, _ := strconv.ParseUint("0"+rest[1:1+n], 8, 16)
			b.WriteByte(byte(v))
			text = rest[1+n:]
		case rest == "" || strings.IndexByte(`'"?1234567`, rest[0]) >= 0:
			b.WriteByte('\\')
			text = rest
		default:
			n, out := escapeC(rest)
			b.WriteString(out)
			text = rest[n:]
		}
	}
}

// bashPrintf is printf with -v and %q.
func (s *shell) bashPrintf(c *call) (int, error) {
	args, name := c.args, ""
	if len(args) > 2 && args[1] == "-v" {
		name = args[2]
		args = append([]string{args[0]}, args[3:]...)
	}
	p := *s.proc
	p.Args = args
	if name == "" {
		return runPrintf(&p, true)
	}
	out := &pipe{in: s.in}
	p.Files = map[int]*proc.File{1: {W: out}, 2: s.proc.Files[2]}
	status, err := runPrintf(&p, true)
	if err != nil {
		return 0, err
	}
	return status, s.setElement(name, string(out.data))
}

// bashType is type with -t, -p, -P and -a.
func (s *shell) bashType(c *call) (int, error) {
	args := c.args[1:]
	if len(args) == 0 || !strings.HasPrefix(args[0], "-") {
		status := 0
		for _, name := range args {
			if !s.describe(name, true) {
				status = 1
			}
		}
		return status, nil
	}
	option, status := args[0], 0
	for _, name := range args[1:] {
		kind := s.kind(name)
		file, found := s.child([]string{name}).Find(name)
		switch {
		case option == "-t" && kind != "":
			s.printf("%s\n", kind)
		case option == "-p" && kind == "file", option == "-P" && found:
			s.printf("%s\n", file)
		case kind == "" || option == "-P":
			status = 1
		case option != "-t" && option != "-p":
			return 0, &proc.Unmodelled{What: "type " + option}
		}
	}
	return status, nil
}

// kind is what type -t says.
func (s *shell) kind(name string) string {
	switch {
	case s.isAlias(name):
		return "alias"
	case keywords[name]:
		return "keyword"
	case s.funcs[name] != nil:
		return "function"
	case s.builtin(name) != nil:
		return "builtin"
	}
	if _, ok := s.child([]string{name}).Find(name); ok {
		return "file"
	}
	return ""
}

// bashTrap is trap without the conditions that are not modelled.
func (s *shell) bashTrap(c *call) (int, error) {
	for _, arg := range c.args[1:] {
		if arg == "ERR" || arg == "DEBUG" || arg == "RETURN" {
			return 0, &proc.Unmodelled{What: "trap on " + arg}
		}
	}
	return s.trap(c)
}
