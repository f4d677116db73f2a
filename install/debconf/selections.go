package debconf

import (
	"bufio"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"coen/install/internal/getopt"
	"coen/install/proc"
	"coen/tree"
)

var selectionLine = regexp.MustCompile(`^\s*(\S+)\s+(\S+)\s+(\S+)(?:\s(.*))?`)

var selectionTypes = []string{"select", "boolean", "string", "multiselect", "note", "password", "text", "title"}

// Seed answers a question before its package asks it, as a line of
// debconf-set-selections does: owner, question, type, value.
func Seed(t *tree.Tree, owner, name, kind, value string) error {
	if !slices.Contains(selectionTypes, kind) {
		return fmt.Errorf("debconf: question %q has unknown type %q", name, kind)
	}
	db, err := load(t)
	if err != nil {
		return err
	}
	db.seed(owner, name, kind, value, true)
	return db.save()
}

func (db *database) seed(owner, name, kind, value string, seen bool) {
	r := db.templates.records[name]
	if r == nil {
		r = db.newTemplate(name, owner, kind)
		r.fields["description"] = "Dummy template"
		r.fields["extended_description"] = "This is a fake template used to pre-seed the debconf database. " +
			"If you are seeing this, something is probably wrong."
	}
	r.fields["type"] = kind
	db.templates.dirty = true
	q := db.newQuestion(name, owner, kind)
	q.set("value", value)
	if seen {
		q.setFlag("seen", "true")
	}
}

// setSelections models debconf-set-selections.
func setSelections(p *proc.Proc) (int, error) {
	opts, files, err := getopt.ParsePerl(p.Args[1:], "v|verbose", "c|checkonly", "u|unseen")
	if err != nil {
		return p.Errorf("%v", err)
	}
	has := func(name string) bool {
		return slices.ContainsFunc(opts, func(o getopt.Option) bool { return o.Name == name })
	}
	db, err := load(p.Tree)
	if err != nil {
		return 0, err
	}
	if len(files) == 0 {
		files = []string{"-"}
	}
	status := 0
	for _, file := range files {
		var data []byte
		if file == "-" {
			data, err = io.ReadAll(p.Stdin())
		} else {
			data, err = p.Tree.ReadFile(p.Path(file))
		}
		if err != nil {
			fmt.Fprintf(p.Stderr(), "debconf-set-selections: %v\n", err)
			continue
		}
		if !db.selections(p, string(data), !has("unseen")) {
			status = 1
		}
	}
	if has("checkonly") {
		return status, nil
	}
	return status, db.save()
}

// selections takes lines "owner question type value"; a backslash at the end
// continues a line.
func (db *database) selections(p *proc.Proc, data string, seen bool) bool {
	ok := true
	data = strings.ReplaceAll(strings.ReplaceAll(data, "\r\n", "\n"), "\\\n", "")
	for i, line := range strings.Split(strings.TrimSuffix(data, "\n"), "\n") {
		if trimmed := strings.TrimSpace(line); trimmed == "" || trimmed[0] == '#' {
			continue
		}
		m := selectionLine.FindStringSubmatch(line)
		switch {
		case m == nil:
			fmt.Fprintf(p.Stderr(), "error: parse error on line %d: '%s'\n", i+1, line)
			ok = false
		case m[3] == "seen":
			if q := db.question(m[2]); q != nil {
				q.setFlag("seen", m[4])
				break
			}
			fmt.Fprintf(p.Stderr(), "error: Cannot find a question for %s\n", m[2])
			ok = false
		case !slices.Contains(selectionTypes, m[3]):
			fmt.Fprintf(p.Stderr(), "warning: Unknown type %s, skipping line %d\n", m[3], i+1)
		default:
			db.seed(m[1], m[2], m[3], m[4], seen)
		}
	}
	return ok
}

// communicate models debconf-communicate: protocol lines in, replies out.
func communicate(p *proc.Proc) (int, error) {
	opts, rest, err := getopt.ParsePerl(p.Args[1:], "f|frontend:", "p|priority:", "terse", "default-priority")
	if err != nil || len(opts) > 0 {
		return 0, p.Unmodelledf("options %q", p.Args[1:])
	}
	db, err := load(p.Tree)
	if err != nil {
		return 0, err
	}
	owner := "unknown"
	if len(rest) > 0 {
		owner = rest[0]
	}
	s := newSession(p, db, owner)
	code := 127
	lines := bufio.NewScanner(p.Stdin())
	for lines.Scan() {
		reply := s.command(lines.Text())
		fmt.Fprintln(p.Stdout(), reply)
		code = 0
		fmt.Sscan(reply, &code)
	}
	s.finish()
	return code, db.save()
}

// show models debconf-show: the questions of packages with their answers.
func show(p *proc.Proc) (int, error) {
	opts, rest, err := getopt.ParsePerl(p.Args[1:], "listowners", "listdbs", "db:")
	if err != nil || len(opts) > 0 {
		return 0, p.Unmodelledf("options %q", p.Args[1:])
	}
	db, err := load(p.Tree)
	if err != nil {
		return 0, err
	}
	for _, name := range db.questions() {
		q := db.question(name)
		if !slices.ContainsFunc(rest, func(owner string) bool { return q.owners[owner] }) {
			continue
		}
		mark, value := " ", q.value()
		if q.flag("seen") == "true" {
			mark = "*"
		}
		if q.kind() == "password" && value != "" {
			value = "(password omitted)"
		}
		fmt.Fprintln(p.Stdout(), strings.TrimRight(fmt.Sprintf("%s %s: %s", mark, name, value), " "))
	}
	return 0, nil
}

// escape models debconf-escape: -e makes text fit for a line of the protocol,
// -u takes it back.
func escape(p *proc.Proc) (int, error) {
	data, err := io.ReadAll(p.Stdin())
	if err != nil {
		return 0, err
	}
	text := string(data)
	switch {
	case len(p.Args) == 2 && p.Args[1] == "-e":
		text = replyEscaper.Replace(text)
	case len(p.Args) == 2 && p.Args[1] == "-u":
		text = strings.NewReplacer(`\n`, "\n", `\\`, `\`).Replace(text)
	default:
		return p.Errorf("usage: debconf-escape -e|-u")
	}
	_, err = io.WriteString(p.Stdout(), text)
	return 0, err
}
