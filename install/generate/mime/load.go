package mime

import (
	"errors"
	"fmt"
	"strings"
)

// namespace is that of the sources.
const namespace = "http://www.freedesktop.org/standards/shared-mime-info"

// A mediaType is a type such as text/plain.
type mediaType struct {
	media, subtype string
	output         *node // what its own XML file has
}

func (m *mediaType) String() string { return m.media + "/" + m.subtype }

// A glob is a pattern of file names.
type glob struct {
	weight        int
	pattern       string
	media         *mediaType
	none          bool // forget the patterns of less important databases
	caseSensitive bool
}

// A database is everything that the sources say.
type database struct {
	types        *table[*mediaType]
	globs        *table[[]*glob] // by pattern
	magics       []*magic
	treeMagics   []*treeMagic
	namespaces   *table[*mediaType] // by URI, space and local name
	subclasses   *table[[]string]
	aliases      *table[*mediaType]
	icons        *table[string]
	genericIcons *table[string]
	warnings     []string
}

func newDatabase() *database {
	return &database{
		types: newTable[*mediaType](), globs: newTable[[]*glob](), namespaces: newTable[*mediaType](),
		subclasses: newTable[[]string](), aliases: newTable[*mediaType](),
		icons: newTable[string](), genericIcons: newTable[string](),
	}
}

func (db *database) warn(format string, args ...any) {
	db.warnings = append(db.warnings, fmt.Sprintf(format, args...))
}

// load reads a source. What is wrong with a type ends the reading of that type.
func (db *database) load(file string, data []byte) error {
	root, err := parseXML(data)
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	switch {
	case root.space != namespace:
		db.warn("Wrong namespace on document element in '%s' (should be %s)", file, namespace)
		return nil
	case root.name != "mime-info":
		db.warn("Root element <%s> is not <mime-info> (in '%s')", root.name, file)
		return nil
	}
	for _, n := range root.children {
		if n.kind != element {
			continue
		}
		media, err := db.typeOf(n)
		name := "unknown/unknown"
		if err == nil {
			name, err = media.String(), db.loadType(media, n)
		}
		if err != nil {
			db.warn("Error in type '%s' (in %s): %v.", name, file, err)
		}
	}
	return nil
}

// typeOf returns the type that an element describes.
func (db *database) typeOf(n *node) (*mediaType, error) {
	if !n.is("mime-type") {
		return nil, errors.New("Excepted <mime-type>, but got wrong name or namespace")
	}
	name, ok := n.attr("type")
	if !ok {
		return nil, errors.New("<mime-type> element has no 'type' attribute")
	}
	media, subtype, ok := strings.Cut(name, "/")
	if !ok || strings.Contains(subtype, "/") {
		return nil, fmt.Errorf("Invalid MIME-type '%s'", name)
	}
	if m := db.types.values[name]; m != nil {
		return m, nil
	}
	m := &mediaType{media: media, subtype: subtype, output: &node{
		name: "mime-type", declared: []attribute{{value: namespace}}, attrs: []attribute{{name: "type", value: name}},
		children: []*node{{kind: comment, text: "Created automatically by update-mime-database. DO NOT EDIT!"}},
	}}
	db.types.set(name, m)
	return m, nil
}

func (db *database) loadType(m *mediaType, n *node) error {
	for _, field := range n.children {
		if field.kind != element {
			continue
		}
		if field.space == namespace {
			keep, err := db.field(m, field)
			if err != nil {
				return err
			}
			if !keep {
				continue
			}
		}
		m.keep(field)
	}
	return nil
}

// keep copies an element to the type's own file, where a comment replaces that
// of the same language.
func (m *mediaType) keep(field *node) {
	fresh := copyNode(field)
	if fresh.prefix == "" && fresh.space == namespace {
		fresh.declared = nil // the root declares it
	}
	children := &m.output.children
	if field.is("comment") {
		for i, c := range *children {
			if c.is("comment") && c.language() == field.language() {
				*children = append((*children)[:i:i], (*children)[i+1:]...)
				break
			}
		}
	}
	*children = append(*children, fresh)
}

// field understands an element of a type and returns whether the type's own
// file has it too.
func (db *database) field(m *mediaType, n *node) (keep bool, err error) {
	switch n.name {
	case "comment", "acronym", "expanded-acronym":
		return true, nil
	case "glob":
		return true, db.glob(m, n)
	case "glob-deleteall":
		db.addGlob(&glob{pattern: "__NOGLOBS__", media: m, none: true})
		return true, nil
	case "magic":
		mg, err := newMagic(m, n)
		if err == nil {
			db.magics = append(db.magics, mg)
		}
		return false, err
	case "magic-deleteall":
		none := &match{length: 1, word: 1, data: []byte("__NOMAGIC__")}
		db.magics = append(db.magics, &magic{media: m, none: true, matches: []*match{none}})
	case "treemagic":
		mg, err := newTreeMagic(m, n)
		if err == nil {
			db.treeMagics = append(db.treeMagics, mg)
		}
		return false, err
	case "alias", "sub-class-of":
		return true, db.relation(m, n)
	case "root-XML":
		return false, db.rootXML(m, n)
	case "icon", "generic-icon":
		return db.icon(m, n), nil
	}
	return false, nil
}

func (db *database) glob(m *mediaType, n *node) error {
	weight := percent(n, "weight")
	pattern, _ := n.attr("pattern")
	if pattern != "" {
		sensitive, _ := n.attr("case-sensitive")
		g := &glob{weight: weight, pattern: pattern, media: m, caseSensitive: sensitive == "true"}
		if !g.caseSensitive {
			g.pattern = lower(pattern)
		}
		db.addGlob(g)
	}
	switch {
	case weight < 0:
		return fmt.Errorf("Bad weight (%d) in <glob> element", weight)
	case pattern == "":
		return errors.New("Missing 'pattern' attribute in <glob> element")
	}
	return nil
}

func (db *database) addGlob(g *glob) {
	db.globs.set(g.pattern, append(db.globs.values[g.pattern], g))
}

func (db *database) relation(m *mediaType, n *node) error {
	other, _ := n.attr("type")
	switch {
	case !strings.Contains(other, "/"):
		return fmt.Errorf("Incorrect or missing 'type' attribute in <%s>", n.name)
	case n.name == "alias":
		db.aliases.set(other, m)
	default:
		db.subclasses.set(m.String(), append(db.subclasses.values[m.String()], other))
	}
	return nil
}

func (db *database) rootXML(m *mediaType, n *node) error {
	uri, hasURI := n.attr("namespaceURI")
	local, hasLocal := n.attr("localName")
	switch {
	case !hasURI:
		return errors.New("Missing 'namespaceURI' attribute'")
	case !hasLocal:
		return errors.New("Missing 'localName' attribute'")
	case uri == "" && local == "":
		return errors.New("namespaceURI and localName attributes can't both be empty")
	case strings.ContainsAny(uri+local, " \n"):
		return errors.New("namespaceURI and localName cannot contain spaces or newlines")
	}
	db.namespaces.set(uri+" "+local, m)
	return nil
}

func (db *database) icon(m *mediaType, n *node) bool {
	name, ok := n.attr("name")
	if !ok {
		return false
	}
	if n.name == "icon" {
		db.icons.set(m.String(), name)
	} else {
		db.genericIcons.set(m.String(), name)
	}
	return true
}

// lower folds the letters of ASCII.
func lower(s string) string {
	b := []byte(s)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c | 0x20
		}
	}
	return string(b)
}
