package gschema

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"coen/install/generate/internal/ghash"
	"coen/tree"
)

// File is the name of the compiled schemas in their directory.
const File = "gschemas.compiled"

// Write compiles the schemas of a directory. Without schemas it does nothing,
// and removes what an earlier run has made.
func Write(t *tree.Tree, dir string) error {
	data, err := compile(t, dir)
	if err != nil {
		return fmt.Errorf("%s: %w", dir, err)
	}
	file := path.Join(dir, File)
	if data == nil {
		return t.RemoveAll(file)
	}
	return t.Put(file, &tree.Node{Kind: tree.Regular, Mode: 0o644, ModTime: t.Epoch(), Content: tree.Bytes(data)})
}

func compile(t *tree.Tree, dir string) ([]byte, error) {
	n, err := t.Lookup(dir)
	if err != nil {
		return nil, err
	}
	var files, overrides []string
	for _, name := range n.Names() {
		switch {
		case strings.HasSuffix(name, ".gschema.xml"), strings.HasSuffix(name, ".enums.xml"):
			files = append(files, name)
		case strings.HasSuffix(name, ".gschema.override"):
			overrides = append(overrides, name)
		}
	}
	if len(files) == 0 {
		return nil, nil
	}
	// Enumerations come first, since schemas refer to them.
	slices.SortStableFunc(files, func(a, b string) int {
		return cmp.Compare(boolInt(strings.HasSuffix(b, ".enums.xml")), boolInt(strings.HasSuffix(a, ".enums.xml")))
	})
	all := &schemas{order: ghash.New(), byID: map[string]*schema{}, enums: map[string]*strinfo{}, flags: map[string]*strinfo{}}
	for _, name := range files {
		if err := apply(t, dir, name, all.read); err != nil {
			return nil, err
		}
	}
	for _, name := range overrides {
		if err := apply(t, dir, name, all.overrideFile); err != nil {
			return nil, err
		}
	}
	return all.table().encode(), nil
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

func apply(t *tree.Tree, dir, name string, read func([]byte) error) error {
	data, err := t.ReadFile(path.Join(dir, name))
	if err == nil {
		err = read(data)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// overrideFile takes an override file: groups [schema] or [schema:desktop] of
// keys. What it says of schemas that are not installed, or that they do not
// allow, is passed over, as GLib does.
func (all *schemas) overrideFile(data []byte) error {
	var s *schema
	desktop := ""
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		if group, ok := strings.CutPrefix(line, "["); ok {
			id, d, _ := strings.Cut(strings.TrimSuffix(group, "]"), ":")
			s, desktop = all.byID[id], d
			continue
		}
		name, text, ok := strings.Cut(line, "=")
		if !ok {
			return fmt.Errorf("neither group nor key: %q", line)
		}
		if s == nil {
			continue
		}
		if k := s.keys[strings.TrimSpace(name)]; k != nil && k.child == "" {
			k.replace(desktop, strings.TrimSpace(text))
		}
	}
	return nil
}

// replace sets the default for all desktops or for one.
func (k *key) replace(desktop, text string) {
	v, err := parseText(k.typ, text)
	if err != nil || k.accepts(v) != nil {
		return
	}
	if desktop == "" {
		k.value = v
		return
	}
	if k.l10n != 0 {
		return
	}
	if k.desktops == nil {
		k.desktops, k.overrides = ghash.New(), map[string]*variant{}
	}
	if k.overrides[desktop] == nil {
		k.desktops.Add(desktop)
	}
	k.overrides[desktop] = v
}

// table lays the schemas out for GVDB: a table of tables.
func (all *schemas) table() *table {
	root := newTable()
	for _, id := range all.order.Keys() {
		root.child(id).table = all.byID[id].table()
	}
	return root
}

func (s *schema) table() *table {
	t := newTable()
	translated := false
	for _, name := range s.order.Keys() {
		t.child(name).value = s.keys[name].serialise()
		translated = translated || s.keys[name].l10n != 0
	}
	if !translated {
		s.domain = ""
	}
	for _, p := range []struct{ name, value string }{{".path", s.path}, {".extends", s.extends},
		{".list-of", s.listOf}, {".gettext-domain", s.domain}} {
		if p.value != "" {
			t.insert(p.name).value = stringVariant(p.value)
		}
	}
	return t
}
