package debconf

import (
	"slices"
	"strings"
)

// protocol holds the commands by name.
var protocol = map[string]protocolCommand{
	"version":            {0, 1, (*session).version},
	"capb":               {0, -1, (*session).capb},
	"title":              {0, -1, (*session).ok},
	"settitle":           {1, 1, (*session).settitle},
	"info":               {0, 1, (*session).info},
	"beginblock":         {0, -1, (*session).ok},
	"endblock":           {0, -1, (*session).ok},
	"clear":              {0, 0, (*session).clear},
	"input":              {2, 2, (*session).input},
	"go":                 {0, 0, (*session).goOn},
	"get":                {1, 1, (*session).get},
	"set":                {1, -1, (*session).set},
	"reset":              {1, 1, (*session).reset},
	"subst":              {2, -1, (*session).subst},
	"register":           {2, 2, (*session).register},
	"unregister":         {1, 1, (*session).unregister},
	"purge":              {0, 0, (*session).purge},
	"metaget":            {2, 2, (*session).metaget},
	"fget":               {2, 2, (*session).fget},
	"fset":               {3, -1, (*session).fset},
	"progress":           {1, -1, (*session).progress},
	"data":               {3, -1, (*session).data},
	"visible":            {2, 2, (*session).visible},
	"exist":              {1, 1, (*session).exist},
	"x_loadtemplatefile": {1, 2, (*session).loadTemplateFile},
}

func (s *session) ok([]string) string { return codeOK }

func (s *session) version(args []string) string {
	if len(args) == 0 {
		return codeOK + " 2.0"
	}
	switch major, _, _ := strings.Cut(args[0], "."); {
	case major < "2":
		return codeBadVersion + " Version too low (" + args[0] + ")"
	case major > "2":
		return codeBadVersion + " Version too high (" + args[0] + ")"
	}
	return codeOK + " 2.0"
}

func (s *session) capb(args []string) string {
	s.escape = slices.Contains(args, "escape")
	return codeOK + " multiselect escape "
}

func (s *session) settitle(args []string) string {
	if s.db.question(args[0]) == nil {
		return codeBadParams + " \"" + args[0] + "\" doesn't exist"
	}
	return codeOK
}

func (s *session) info(args []string) string {
	if len(args) == 1 {
		return s.settitle(args)
	}
	return codeOK
}

func (s *session) clear([]string) string {
	s.asked = nil
	return codeOK
}

// kinds are the types of question that can be asked.
var kinds = []string{"boolean", "error", "multiselect", "note", "password", "select", "string", "text"}

// input takes note of a question. Nothing is ever shown, so that the reply is
// always "skipped".
func (s *session) input(args []string) string {
	priority, name := args[0], args[1]
	q := s.db.question(name)
	if q == nil {
		return codeBadParams + " \"" + name + "\" doesn't exist"
	}
	level := slices.Index(priorities, priority)
	if level < 0 {
		return codeSyntax + " \"" + priority + "\" is not a valid priority"
	}
	if slices.Contains(kinds, q.kind()) && !slices.Contains(s.asked, name) {
		visible := q.kind() == "error" || level >= s.threshold() && q.flag("seen") != "true"
		s.markSeen[name] = visible && s.p.Env["DEBCONF_NONINTERACTIVE_SEEN"] == "true"
		s.asked = append(s.asked, name)
	}
	return codeInvisible + " question skipped"
}

// goOn answers the questions asked.
func (s *session) goOn([]string) string {
	for _, name := range s.asked {
		if q := s.db.question(name); q != nil {
			s.answerQuestion(q)
		}
	}
	s.asked = nil
	return codeOK + " ok"
}

func (s *session) answerQuestion(q *question) {
	value := q.value()
	switch q.kind() {
	case "select":
		if choices := q.choices(); !slices.Contains(choices, value) {
			value = ""
			if len(choices) > 0 {
				value = choices[0]
			}
		}
	case "error":
		if q.flag("seen") != "true" {
			text := q.meta("description") + "\n\n" + q.meta("extended_description") + "\n\n"
			_, s.err = s.p.Stdout().Write([]byte(text))
		}
		value = ""
	}
	q.set("value", value)
	if s.markSeen[q.name] {
		s.seen = append(s.seen, q.name)
	}
}

func (s *session) get(args []string) string {
	q := s.db.question(args[0])
	if q == nil {
		return s.missing(args[0])
	}
	return s.answer(q.value())
}

func (s *session) set(args []string) string {
	q := s.db.question(args[0])
	if q == nil {
		return s.missing(args[0])
	}
	q.set("value", strings.Join(args[1:], " "))
	return codeOK + " value set"
}

func (s *session) reset(args []string) string {
	q := s.db.question(args[0])
	if q == nil {
		return s.missing(args[0])
	}
	q.set("value", q.meta("default"))
	q.setFlag("seen", "false")
	return codeOK
}

func (s *session) subst(args []string) string {
	q := s.db.question(args[0])
	if q == nil {
		return s.missing(args[0])
	}
	q.variables[args[1]] = strings.Join(args[2:], " ")
	q.store.dirty = true
	return codeOK
}

func (s *session) register(args []string) string {
	template := s.db.question(args[0])
	if template == nil {
		return codeBadParams + " No such template, \"" + args[0] + "\""
	}
	fresh := s.db.question(args[1]) == nil
	q := s.db.newQuestion(args[1], s.owner, template.kind())
	if fresh {
		q.setFlag("seen", "false")
	}
	q.setTemplate(args[0])
	return codeOK
}

func (s *session) unregister(args []string) string {
	q := s.db.question(args[0])
	switch {
	case q == nil:
		return s.missing(args[0])
	case slices.Contains(s.asked, args[0]):
		return codeBadParams + " " + args[0] + " is busy, cannot unregister right now"
	}
	q.removeOwner(s.owner)
	return codeOK
}

func (s *session) purge([]string) string {
	for _, name := range s.db.questions() {
		s.db.question(name).removeOwner(s.owner)
	}
	return codeOK
}

func (s *session) metaget(args []string) string {
	q := s.db.question(args[0])
	if q == nil {
		return s.missing(args[0])
	}
	return s.answer(q.meta(strings.ToLower(args[1])))
}

func (s *session) fget(args []string) string {
	q := s.db.question(args[0])
	if q == nil {
		return s.missing(args[0])
	}
	return codeOK + " " + q.flag(args[1])
}

func (s *session) fset(args []string) string {
	q := s.db.question(args[0])
	if q == nil {
		return s.missing(args[0])
	}
	value := strings.Join(args[2:], " ")
	q.setFlag(args[1], value)
	return codeOK + " " + value
}

// progress has nobody to show a bar to.
func (s *session) progress(args []string) string {
	words := map[string]int{"start": 3, "set": 1, "step": 1, "info": 1, "stop": 0}
	sub := strings.ToLower(args[0])
	n, ok := words[sub]
	switch {
	case !ok:
		return codeSyntax + " Unknown subcommand"
	case len(args) != n+1:
		return codeSyntax + " Incorrect number of arguments"
	case sub == "start" || sub == "info":
		if name := args[n]; s.db.question(name) == nil {
			return s.missing(name)
		}
	}
	return codeOK + " OK"
}

var dataEscapes = strings.NewReplacer(`\n`, "\n", `\"`, `"`, `\\`, `\`)

// data sets a field of a template; the first must be the type.
func (s *session) data(args []string) string {
	name, field, value := args[0], args[1], dataEscapes.Replace(strings.Join(args[2:], " "))
	r := s.db.templates.records[name]
	switch {
	case r == nil && field != "type":
		return codeBadParams + " Template data field '" + field + "' received before type field"
	case r == nil:
		s.db.newTemplate(name, s.owner, value)
	case field == "type":
		return codeBadParams + " Template type already set"
	default:
		r.fields[field] = value
		s.db.templates.dirty = true
	}
	return codeOK
}

// visible says true of every question, as debconf does: its front end keeps the
// question in a field of that name and answers with it.
func (s *session) visible(args []string) string {
	if s.db.question(args[1]) == nil {
		return s.missing(args[1])
	}
	return codeOK + " true"
}

func (s *session) exist(args []string) string {
	return codeOK + " " + truth(s.db.question(args[0]) != nil)
}

func (s *session) loadTemplateFile(args []string) string {
	owner := s.owner
	if len(args) == 2 {
		owner = args[1]
	}
	data, err := s.p.Tree.ReadFile(s.p.Path(args[0]))
	if err != nil {
		return codeBadParams + " failed to open " + args[0] + ": No such file or directory"
	}
	if err := s.db.loadTemplates(data, owner); err != nil {
		return codeInternal + " " + err.Error()
	}
	return codeOK
}
