package dpkg

import (
	"strings"

	"coen/debian/relation"
	"coen/tree"
)

// fields are the fields dpkg knows, in the order in which it writes them; the
// others follow in the order of the control paragraph.
var fields = []struct {
	name  string
	value func(p *Package, name string) string // "" leaves the field out
}{
	{"Package", plain},
	{"Essential", yes},
	{"Protected", func(p *Package, _ string) string { return yesIf(p.Protected) }},
	{"Status", status},
	{"Priority", func(p *Package, name string) string { return strings.ToLower(p.Control.Get(name)) }},
	{"Section", plain},
	{"Installed-Size", plain},
	{"Origin", plain},
	{"Maintainer", plain},
	{"Bugs", plain},
	{"Architecture", plain},
	{"Multi-Arch", func(p *Package, _ string) string { return p.MultiArch }},
	{"Source", plain},
	{"Version", func(p *Package, _ string) string { return p.Version.String() }},
	{"Config-Version", func(*Package, string) string { return "" }},
	{"Replaces", relations},
	{"Provides", relations},
	{"Depends", relations},
	{"Pre-Depends", relations},
	{"Recommends", relations},
	{"Suggests", relations},
	{"Breaks", relations},
	{"Conflicts", relations},
	{"Enhances", relations},
	{"Conffiles", conffileLines},
	{"Filename", never},
	{"Size", never},
	{"MD5sum", never},
	{"MSDOS-Filename", never},
	{"Description", plain},
	{"Triggers-Pending", func(p *Package, _ string) string { return strings.Join(p.pending, " ") }},
	{"Triggers-Awaited", func(p *Package, _ string) string { return strings.Join(labels(p.awaited), " ") }},
}

func plain(p *Package, name string) string { return p.Control.Get(name) }

// never is for fields of Packages indices, which have no place in the status
// file.
func never(*Package, string) string { return "" }

func yes(p *Package, name string) string { return yesIf(p.Control.Get(name) == "yes") }

func yesIf(b bool) string {
	if b {
		return "yes"
	}
	return ""
}

func status(p *Package, _ string) string {
	flag := "ok"
	if p.reinstall {
		flag = "reinstreq"
	}
	return "install " + flag + " " + p.state.String()
}

// relations returns a relationship field in canonical form.
func relations(p *Package, name string) string {
	value := p.Control.Get(name)
	if list, err := relation.Parse(value); err == nil {
		return list.String()
	}
	return value
}

func labels(packages []*Package) []string {
	var names []string
	for _, p := range packages {
		names = append(names, p.Label())
	}
	return names
}

// Field returns the value of a field of the package's status paragraph, by
// name without regard to case, or "".
func (p *Package) Field(name string) string {
	for _, f := range fields {
		if strings.EqualFold(f.name, name) {
			return f.value(p, f.name)
		}
	}
	return p.Control.Get(name)
}

// Stanza returns the package's paragraph of the status file.
func (p *Package) Stanza() string {
	var b strings.Builder
	write := func(name, value string) {
		b.WriteString(name + ":")
		if !strings.HasPrefix(value, "\n") {
			b.WriteByte(' ')
		}
		b.WriteString(value + "\n")
	}
	for _, f := range fields {
		if value := f.value(p, f.name); value != "" {
			write(f.name, value)
		}
	}
	for _, f := range p.Control.Fields {
		if !isKnown(f.Name) {
			write(f.Name, f.Value())
		}
	}
	return b.String()
}

func isKnown(name string) bool {
	for i := range fields {
		if strings.EqualFold(fields[i].name, name) {
			return true
		}
	}
	return false
}

// Status returns the whole status file: the paragraphs of all packages that are
// not NotInstalled, by name.
func (db *Database) Status() []byte {
	var b strings.Builder
	for _, p := range db.Packages() {
		if p.state != NotInstalled {
			b.WriteString(p.Stanza() + "\n")
		}
	}
	return []byte(b.String())
}

// Checkpoint writes the status file, as dpkg does at the end of every run.
func (db *Database) Checkpoint() error {
	defer db.by(tree.ByTool, "dpkg database", "status")()
	return db.tree.WriteFile(adminDir+"/status", db.Status(), 0o644)
}
