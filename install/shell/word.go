package shell

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"coen/install/proc"
)

// origin says where text in a word comes from, which decides what may still
// happen to it.
type origin byte

const (
	literal  origin = iota // written in the script: may be a pattern
	quoted                 // nothing happens to it
	expanded               // from an expansion: is split, may be a pattern
	boundary               // no text: between the parameters of an unquoted $@
)

type segment struct {
	text string
	from origin
}

// A field is a word on its way to becoming an argument.
type field []segment

func (f field) String() string {
	if len(f) == 1 {
		return f[0].text
	}
	var b strings.Builder
	for _, s := range f {
		b.WriteString(s.text)
	}
	return b.String()
}

// An expander turns the parts of one word into fields.
type expander struct {
	s      *shell
	fields []field
	cur    field

	whole   bool // the result is one string: no splitting, $* and $@ are joined
	pattern bool // the result is a pattern
	inBrace bool // within "${x-...}"
	none    bool // a quoted $@ has expanded to nothing
	size    int  // of all that was added
}

func (e *expander) add(text string, from origin) {
	if e.size += len(text) + 1; e.size > maxOutput {
		e.s.in.fatal = errEndless
		return
	}
	if text != "" || from == quoted {
		e.cur = append(e.cur, segment{text, from})
	}
}

// next ends the current field, between two parameters of $@.
func (e *expander) next() {
	e.fields = append(e.fields, e.cur)
	e.cur = nil
}

// tilde says where in a word a "~" stands for a home directory.
type tilde byte

const (
	noTilde     tilde = iota
	startTilde        // at the start
	assignTilde       // at the start and after each ":"
)

// parts expands word parts; in double quotes if dq.
func (e *expander) parts(parts []syntax.WordPart, dq bool, home tilde) error {
	for i, part := range parts {
		if err := e.part(part, dq, home, i == 0, i == len(parts)-1); err != nil {
			return err
		}
	}
	return nil
}

func (e *expander) part(part syntax.WordPart, dq bool, home tilde, first, last bool) error {
	switch p := part.(type) {
	case *syntax.Lit:
		e.lit(p.Value, dq, home, first, last)
		return nil
	case *syntax.SglQuoted:
		return e.single(p, dq)
	case *syntax.DblQuoted:
		return e.double(p.Parts)
	case *syntax.ParamExp:
		return e.param(p, dq)
	case *syntax.CmdSubst:
		out, err := e.s.substitute(p)
		e.add(out, expansionOrigin(dq))
		return err
	case *syntax.ArithmExp:
		n, err := e.s.arithmetic(p.X)
		e.add(n, expansionOrigin(dq))
		return err
	case *syntax.ExtGlob:
		e.add(p.Op.String()+p.Pattern.Value+")", literal)
		return nil
	}
	return &proc.Unmodelled{What: "process substitution"}
}

func expansionOrigin(dq bool) origin {
	if dq {
		return quoted
	}
	return expanded
}

// double expands what stands in double quotes.
func (e *expander) double(parts []syntax.WordPart) error {
	before, fields := len(e.cur), len(e.fields)
	e.none = false
	if err := e.parts(parts, true, noTilde); err != nil {
		return err
	}
	if len(e.cur) == before && len(e.fields) == fields && (!e.none || len(parts) > 1) {
		e.add("", quoted)
	}
	return nil
}

// single handles single quotes, which are ordinary characters in the word of
// "${x-'a'}" but quotes in that of "${x#'a'}".
func (e *expander) single(p *syntax.SglQuoted, dq bool) error {
	switch {
	case p.Dollar:
		e.add(unescapeC(p.Value), quoted)
	case dq && e.inBrace && !e.pattern:
		w, err := syntax.NewParser().Document(strings.NewReader(p.Value))
		if err != nil {
			return e.s.fail("Syntax error: %v", err)
		}
		e.add("'", quoted)
		if err := e.parts(w.Parts, true, noTilde); err != nil {
			return err
		}
		e.add("'", quoted)
	default:
		e.add(p.Value, quoted)
	}
	return nil
}

// lit adds literal text, resolving backslashes and tildes.
func (e *expander) lit(text string, dq bool, home tilde, first, last bool) {
	if dq {
		e.add(unescapeQuoted(text, e.inBrace), quoted)
		return
	}
	from := literal
	if e.inBrace && !e.whole {
		from = expanded
	}
	if home != noTilde && strings.Contains(text, "~") {
		text = e.homes(text, home, first, last)
	}
	for {
		plain, rest, found := strings.Cut(text, `\`)
		e.add(plain, from)
		if !found {
			return
		}
		if rest == "" {
			e.add(`\`, quoted)
			return
		}
		e.add(rest[:1], quoted)
		text = rest[1:]
	}
}

// unescapeQuoted removes the backslashes that double quotes give a meaning.
func unescapeQuoted(text string, inBrace bool) string {
	if !strings.Contains(text, `\`) {
		return text
	}
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] == '\\' && i+1 < len(text) {
			switch next := text[i+1]; {
			case strings.IndexByte("$`\"\\", next) >= 0, next == '}' && inBrace:
				i++
			}
		}
		b.WriteByte(text[i])
	}
	return b.String()
}

// homes adds the home directories at the start of text, and in an assignment
// after its colons, and returns what is left to add.
func (e *expander) homes(text string, home tilde, first, last bool) string {
	for start := first; ; start = true {
		if start && strings.HasPrefix(text, "~") {
			end := strings.IndexAny(text, "/:\\")
			if end >= 0 && text[end] == ':' && home != assignTilde {
				end = strings.IndexAny(text, "/\\")
			}
			whole := end < 0 && last || end >= 0 && text[end] != '\\'
			if end < 0 {
				end = len(text)
			}
			if dir, ok := e.s.home(text[1:end]); ok && whole {
				e.add(dir, quoted)
				text = text[end:]
			}
		}
		colon := strings.IndexByte(text, ':')
		if home != assignTilde || colon < 0 || !strings.Contains(text[colon:], ":~") {
			return text
		}
		if strings.Contains(text[:colon], `\`) {
			return text
		}
		e.add(text[:colon+1], literal)
		text = text[colon+1:]
	}
}

// home returns the home directory of a user, or of the caller for "".
func (s *shell) home(user string) (string, bool) {
	if user == "" {
		return s.get("HOME")
	}
	passwd, err := s.proc.Tree.ReadFile("/etc/passwd")
	if err != nil {
		return "", false
	}
	for line := range strings.Lines(string(passwd)) {
		entry := strings.Split(strings.TrimSuffix(line, "\n"), ":")
		if len(entry) >= 7 && entry[0] == user {
			return entry[5], true
		}
	}
	return "", false
}
