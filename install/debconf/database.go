package debconf

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"coen/tree"
)

// directory is where Debian's debconf.conf puts the database.
const directory = "/var/cache/debconf"

// A database is the questions, the secret ones apart, and their templates.
type database struct {
	tree      *tree.Tree
	config    *store
	passwords *store
	templates *store
}

func load(t *tree.Tree) (*database, error) {
	if err := t.MkdirAll(directory, 0o755); err != nil {
		return nil, err
	}
	db := &database{tree: t}
	for _, f := range []struct {
		to     **store
		name   string
		mode   uint32
		backup bool
	}{{&db.config, "config.dat", 0o644, true}, {&db.passwords, "passwords.dat", 0o600, false},
		{&db.templates, "templates.dat", 0o644, true}} {
		s, err := open(t, directory+"/"+f.name, f.mode, f.backup)
		if err != nil {
			return nil, err
		}
		*f.to = s
	}
	return db, nil
}

func (db *database) save() error {
	for _, s := range []*store{db.config, db.passwords, db.templates} {
		if err := s.save(db.tree); err != nil {
			return err
		}
	}
	return nil
}

// question finds a question by name, nil if there is none.
func (db *database) question(name string) *question {
	for _, s := range []*store{db.config, db.passwords} {
		if r := s.records[name]; r != nil {
			return &question{db, s, name, r}
		}
	}
	return nil
}

// newQuestion makes a question, or adds an owner to the one there is. Those of
// type password go to the store that others cannot read.
func (db *database) newQuestion(name, owner, kind string) *question {
	s := db.config
	if strings.Contains(kind, "password") {
		s = db.passwords
	}
	if q := db.question(name); q != nil {
		s = q.store
	}
	r := s.addOwner(name, owner)
	return &question{db, s, name, r}
}

// questions lists all questions by name.
func (db *database) questions() []string {
	names := map[string]bool{}
	for _, s := range []*store{db.config, db.passwords} {
		for name := range s.records {
			names[name] = true
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// A question is an instance of a template, with an answer.
type question struct {
	db    *database
	store *store
	name  string
	*record
}

func (q *question) set(field, value string) {
	q.fields[field] = value
	q.store.dirty = true
}

func (q *question) flag(name string) string {
	if name == "isdefault" {
		return truth(!q.flags["seen"])
	}
	return truth(q.flags[name])
}

func (q *question) setFlag(name, value string) {
	if name == "isdefault" {
		name, value = "seen", truth(value != "true")
	}
	q.flags[name] = value == "true"
	q.store.dirty = true
}

func truth(b bool) string {
	if b {
		return "true"
	}
	return "false"
}

// value is the answer, or the template's default.
func (q *question) value() string {
	if v, ok := q.fields["value"]; ok {
		return v
	}
	return q.template("default")
}

// template reads a field of the question's template, that for the language "en"
// first, which is what locale C means.
func (q *question) template(field string) string {
	r := q.db.templates.records[q.fields["template"]]
	if r == nil {
		return ""
	}
	if v, ok := r.fields[field+"-en"]; ok {
		return v
	}
	for _, name := range slices.Sorted(maps.Keys(r.fields)) {
		if strings.HasPrefix(name, field+"-en.") {
			return r.fields[name]
		}
	}
	if v, ok := r.fields[field]; ok {
		return v
	}
	plain, _, _ := strings.Cut(field, "-")
	return r.fields[plain]
}

func (q *question) kind() string { return q.template("type") }

// meta reads any field, as METAGET does.
func (q *question) meta(field string) string {
	switch field {
	case "value":
		return q.value()
	case "owners":
		return strings.Join(slices.Sorted(maps.Keys(q.owners)), ", ")
	case "name":
		return q.name
	case "description", "extended_description", "choices":
		return q.expand(q.template(field))
	}
	if v, ok := q.fields[field]; ok {
		return v
	}
	v := q.template(field)
	if base, _, ok := strings.Cut(field, "-"); ok && (base == "description" || base == "extended_description" || base == "choices") {
		return q.expand(v)
	}
	return v
}

var variable = regexp.MustCompile(`(?s)(\\)?\$\{([^{}]+)\}`)

// expand replaces ${variable}; a backslash before it keeps it as it is.
func (q *question) expand(text string) string {
	return variable.ReplaceAllStringFunc(text, func(m string) string {
		if name, escaped := strings.CutPrefix(m, `\`); escaped {
			return name
		}
		return q.variables[m[2:len(m)-1]]
	})
}

var separator = regexp.MustCompile(`\\[, ]|,\s+`)

// choices splits the list of choices, in which "\," is a comma. The names are
// those of locale C, whatever is translated.
func (q *question) choices() []string {
	r := q.db.templates.records[q.fields["template"]]
	if r == nil {
		return nil
	}
	text, ok := r.fields["choices-c"]
	if !ok {
		text = r.fields["choices"]
	}
	return splitChoices(q.expand(text))
}

func splitChoices(text string) []string {
	var items []string
	item, last := "", 0
	for _, m := range separator.FindAllStringIndex(text, -1) {
		item += text[last:m[0]]
		last = m[1]
		if text[m[0]] == '\\' {
			item += text[m[0]+1 : m[0]+2]
			continue
		}
		items = append(items, item)
		item = ""
	}
	if item += text[last:]; item != "" {
		items = append(items, item)
	}
	return items
}

// setTemplate ties a question to a template.
func (q *question) setTemplate(name string) {
	old, had := q.fields["template"]
	if had && old == name {
		return
	}
	if old != "" {
		q.db.templates.removeOwner(old, q.name)
	}
	q.set("template", name)
	q.db.templates.addOwner(name, q.name)
}

// removeOwner takes an owner from a question; the last takes the question along.
func (q *question) removeOwner(owner string) {
	template := q.fields["template"]
	q.store.removeOwner(q.name, owner)
	if q.store.records[q.name] == nil && template != "" {
		q.db.templates.removeOwner(template, q.name)
	}
}
