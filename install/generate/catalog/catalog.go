package catalog

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"path"
	"slices"
	"strings"

	"coen/install/generate/internal/strbuf"
	"coen/tree"
)

// File is where the database lies.
const File = "/var/lib/systemd/catalog/database"

// sourceDirs hold the text files; a file hides those of its name further on.
var sourceDirs = []string{"/usr/local/lib/systemd/catalog", "/usr/lib/systemd/catalog"}

const (
	signature    = "RHHHKSLP"
	headerSize   = 40
	itemSize     = 56
	languageSize = 32
)

// An item explains one message in one language.
type item struct {
	id       [16]byte
	language string
	text     string
}

// Write compiles the tree's catalog.
func Write(t *tree.Tree) error {
	var items []item
	for _, file := range sources(t) {
		text, err := t.ReadFile(file)
		if err != nil {
			return err
		}
		more, err := parse(string(text), language(file))
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		items = append(items, more...)
	}
	data, err := encode(items)
	if err != nil {
		return err
	}
	if err := t.MkdirAll(path.Dir(File), 0o755); err != nil {
		return err
	}
	return t.Put(File, &tree.Node{Kind: tree.Regular, Mode: 0o644, ModTime: t.Epoch(), Content: tree.Bytes(data)})
}

func sources(t *tree.Tree) []string {
	files := map[string]string{}
	var names []string
	for _, dir := range sourceDirs {
		n, err := t.Lookup(dir)
		if err != nil {
			continue
		}
		for _, name := range n.Names() {
			if _, hidden := files[name]; !hidden && strings.HasSuffix(name, ".catalog") {
				files[name] = path.Join(dir, name)
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	for i, name := range names {
		names[i] = files[name]
	}
	return names
}

// language takes "de" from "systemd.de.catalog".
func language(file string) string {
	stem := strings.TrimSuffix(path.Base(file), ".catalog")
	i := strings.LastIndexByte(stem, '.')
	if i < 0 || len(stem)-i-1 >= languageSize {
		return ""
	}
	return stem[i+1:]
}

// parse reads entries: a line "-- ID [language]" after an empty one, then
// headers and text. Paragraphs are parted by one empty line, however many there
// were; lines that begin with "#" are comments.
func parse(text, language string) ([]item, error) {
	var items []item
	empty := true
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if line == "" {
			empty = true
			continue
		}
		if line[0] == '#' || line[0] == ';' {
			continue
		}
		if id, lang, ok := entryLine(line); ok && empty {
			items = append(items, item{id: id, language: cmp.Or(lang, language)})
			empty = false
			continue
		}
		if len(items) == 0 {
			return nil, fmt.Errorf("text before the first entry")
		}
		last := &items[len(items)-1]
		if empty {
			last.text += "\n"
		}
		last.text += line + "\n"
		empty = false
	}
	return items, nil
}

func entryLine(line string) (id [16]byte, language string, ok bool) {
	rest, found := strings.CutPrefix(line, "-- ")
	if !found || len(rest) < 32 || len(rest) > 32 && rest[32] != ' ' {
		return id, "", false
	}
	if _, err := hex.Decode(id[:], []byte(rest[:32])); err != nil {
		return id, "", false
	}
	return id, strings.TrimSpace(rest[32:]), true
}

// encode lays out the database.
func encode(items []item) ([]byte, error) {
	type entry struct {
		item
		offset uint64
	}
	texts := strbuf.New()
	entries := make([]entry, len(items))
	for i, it := range items {
		entries[i] = entry{it, texts.Add(it.text)}
	}
	slices.SortStableFunc(entries, func(a, b entry) int {
		return cmp.Or(bytes.Compare(a.id[:], b.id[:]), cmp.Compare(a.language, b.language))
	})
	le := binary.LittleEndian
	b := append([]byte(signature), make([]byte, 8)...)
	b = le.AppendUint64(b, headerSize)
	b = le.AppendUint64(b, uint64(len(entries)))
	b = le.AppendUint64(b, itemSize)
	for i, e := range entries {
		if i > 0 && e.id == entries[i-1].id && e.language == entries[i-1].language {
			return nil, fmt.Errorf("catalog: two entries for %x %q", e.id, e.language)
		}
		if len(e.language) >= languageSize {
			return nil, fmt.Errorf("catalog: language %q is too long", e.language)
		}
		b = append(b, e.id[:]...)
		b = append(b, e.language...)
		b = append(b, make([]byte, languageSize-len(e.language))...)
		b = le.AppendUint64(b, e.offset)
	}
	return append(b, texts.Bytes()...), nil
}
