package debconf

import (
	"errors"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"coen/tree"
)

// A record is what a database file holds under a name.
type record struct {
	fields    map[string]string
	owners    map[string]bool
	flags     map[string]bool
	variables map[string]string
}

func newRecord() *record {
	return &record{map[string]string{}, map[string]bool{}, map[string]bool{}, map[string]string{}}
}

// A store is one database file.
type store struct {
	path    string
	mode    uint32
	backup  bool // keep the file that is replaced
	records map[string]*record
	dirty   bool
}

// open reads a store and makes its file if there is none.
func open(t *tree.Tree, path string, mode uint32, backup bool) (*store, error) {
	s := &store{path: path, mode: mode, backup: backup, records: map[string]*record{}}
	data, err := t.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		s.backup = false
		return s, t.WriteFile(path, nil, mode)
	}
	if err != nil {
		return nil, err
	}
	s.parse(string(data))
	return s, nil
}

// parse reads paragraphs of the form that format writes.
func (s *store) parse(data string) {
	for paragraph := range strings.SplitSeq(data, "\n\n") {
		name, r := parseRecord(paragraph)
		if name != "" {
			s.records[name] = r
		}
	}
}

func parseRecord(paragraph string) (name string, r *record) {
	r = newRecord()
	inVariables := false
	for line := range strings.Lines(paragraph) {
		line = strings.TrimSuffix(line, "\n")
		if inVariables && strings.HasPrefix(line, " ") {
			key, value, _ := strings.Cut(strings.TrimLeft(line, " "), "=")
			r.variables[strings.TrimRight(key, " ")] = unescapeLine(strings.TrimPrefix(value, " "))
			continue
		}
		inVariables = false
		key, value, ok := strings.Cut(line, ":")
		value = strings.TrimPrefix(value, " ")
		switch key = strings.ToLower(key); {
		case !ok:
		case key == "name":
			name = value
		case key == "owners":
			for o := range strings.SplitSeq(value, ", ") {
				r.owners[o] = true
			}
		case key == "flags":
			for f := range strings.SplitSeq(value, ", ") {
				r.flags[f] = true
			}
		case key == "variables":
			inVariables = true
		default:
			r.fields[key] = unescapeLine(value)
		}
	}
	return name, r
}

func escapeLine(v string) string   { return strings.ReplaceAll(v, "\n", `\n`) }
func unescapeLine(v string) string { return strings.ReplaceAll(v, `\n`, "\n") }

// format writes all records, sorted by name.
func (s *store) format() []byte {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(s.records)) {
		s.records[name].format(&b, name)
	}
	return []byte(b.String())
}

func (r *record) format(b *strings.Builder, name string) {
	b.WriteString("Name: " + name + "\n")
	for _, f := range slices.Sorted(maps.Keys(r.fields)) {
		b.WriteString(strings.ToUpper(f[:1]) + f[1:] + ": " + escapeLine(r.fields[f]) + "\n")
	}
	if len(r.owners) > 0 {
		b.WriteString("Owners: " + strings.Join(slices.Sorted(maps.Keys(r.owners)), ", ") + "\n")
	}
	var flags []string
	for _, f := range slices.Sorted(maps.Keys(r.flags)) {
		if r.flags[f] {
			flags = append(flags, f)
		}
	}
	if len(flags) > 0 {
		b.WriteString("Flags: " + strings.Join(flags, ", ") + "\n")
	}
	if len(r.variables) > 0 {
		b.WriteString("Variables:\n")
	}
	for _, v := range slices.Sorted(maps.Keys(r.variables)) {
		b.WriteString(" " + v + " = " + escapeLine(r.variables[v]) + "\n")
	}
	b.WriteString("\n")
}

// save writes a store that was changed; the former file stays as a backup.
func (s *store) save(t *tree.Tree) error {
	if !s.dirty {
		return nil
	}
	s.dirty = false
	if s.backup && t.Exists(s.path) {
		if err := t.RemoveAll(s.path + "-old"); err != nil {
			return err
		}
		if err := t.Rename(s.path, s.path+"-old"); err != nil {
			return err
		}
	}
	return t.Put(s.path, &tree.Node{Kind: tree.Regular, Mode: s.mode, ModTime: t.Epoch(), Content: tree.Bytes(s.format())})
}

// addOwner makes the record if need be and notes an owner.
func (s *store) addOwner(name, owner string) *record {
	r := s.records[name]
	if r == nil {
		r = newRecord()
		s.records[name] = r
		s.dirty = true
	}
	if !r.owners[owner] {
		r.owners[owner] = true
		s.dirty = true
	}
	return r
}

// removeOwner takes an owner away, and the record with the last one.
func (s *store) removeOwner(name, owner string) {
	r := s.records[name]
	if r == nil || !r.owners[owner] {
		return
	}
	delete(r.owners, owner)
	s.dirty = true
	if len(r.owners) == 0 {
		delete(s.records, name)
	}
}
