package debconf

import (
	"fmt"
	"regexp"
	"strings"
)

// newTemplate makes a template and a question of the same name, or adds an
// owner to the question.
func (db *database) newTemplate(name, owner, kind string) *record {
	known := db.templates.records[name] != nil && len(db.templates.records[name].owners) > 0
	q := db.question(name)
	fresh := q == nil
	q = db.newQuestion(name, owner, kind)
	if fresh {
		q.setFlag("seen", "false")
		q.setTemplate(name)
	}
	if known {
		return db.templates.records[name]
	}
	r := db.templates.addOwner(name, name)
	r.fields["type"] = kind
	db.templates.dirty = true
	return r
}

// loadTemplates reads a templates file for a package.
func (db *database) loadTemplates(data []byte, owner string) error {
	for i, stanza := range stanzas(string(data)) {
		fields, err := parseTemplate(stanza)
		if err != nil {
			return fmt.Errorf("template #%d: %w", i+1, err)
		}
		name := fields["template"]
		if name == "" {
			return fmt.Errorf("template #%d does not contain a 'Template:' line", i+1)
		}
		r := db.newTemplate(name, owner, fields["type"])
		clear(r.fields)
		for f, v := range fields {
			if f != "template" {
				r.fields[f] = v
			}
		}
		db.templates.dirty = true
	}
	return nil
}

// stanzas splits a templates file at empty lines.
func stanzas(data string) []string {
	var list []string
	for s := range strings.SplitSeq(data, "\n\n") {
		if s = strings.Trim(s, "\n"); s != "" {
			list = append(list, s)
		}
	}
	return list
}

var (
	fieldLine    = regexp.MustCompile(`^([-_@.A-Za-z0-9]*):\s?(.*)$`)
	emptyLine    = regexp.MustCompile(`^\s\.$`)
	verbatimLine = regexp.MustCompile(`^\s(\s+.*)$`)
	foldedLine   = regexp.MustCompile(`^\s(.*)$`)
)

// A templateReader collects the fields of one stanza.
type templateReader struct {
	fields                 map[string]string
	field, value, extended string
}

func (r *templateReader) save() error {
	if r.field == "" {
		return nil
	}
	if _, twice := r.fields[r.field]; twice {
		return fmt.Errorf("duplicate field %q", r.field)
	}
	r.fields[r.field] = r.value
	if extended := strings.TrimRight(r.extended, "\n"); extended != "" {
		r.fields["extended_"+r.field] = extended
	}
	return nil
}

// parseTemplate reads the fields of a stanza. Continuation lines make the
// field extended_NAME: lines are joined, "." parts paragraphs, and lines with
// more than one blank before them stay as they are.
func parseTemplate(stanza string) (map[string]string, error) {
	r := &templateReader{fields: map[string]string{}}
	for line := range strings.SplitSeq(stanza, "\n") {
		if m := fieldLine.FindStringSubmatch(line); m != nil {
			if err := r.save(); err != nil {
				return nil, err
			}
			r.field, r.value, r.extended = strings.ToLower(m[1]), strings.TrimRight(m[2], " \t\r\f"), ""
			continue
		}
		if !r.extend(line) {
			return nil, fmt.Errorf("parse error near %q", line)
		}
	}
	return r.fields, r.save()
}

func (r *templateReader) extend(line string) bool {
	fresh := r.extended == "" || strings.HasSuffix(r.extended, "\n") || strings.HasSuffix(r.extended, " ")
	if emptyLine.MatchString(line) {
		r.extended += "\n\n"
		return true
	}
	if m := verbatimLine.FindStringSubmatch(line); m != nil {
		if !fresh {
			r.extended += "\n"
		}
		r.extended += strings.TrimRight(m[1], " \t\r\f") + "\n"
		return true
	}
	if m := foldedLine.FindStringSubmatch(line); m != nil {
		if !fresh {
			r.extended += " "
		}
		r.extended += strings.TrimRight(m[1], " \t\r\f")
		return true
	}
	return false
}
