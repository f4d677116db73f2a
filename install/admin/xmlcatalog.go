package admin

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"coen/install/internal/getopt"
	"coen/install/proc"
	"coen/tree"
)

// An xmlCatalog is a catalog that update-xmlcatalog keeps: the entries, in a
// file of its own under /var/lib/xml-core, and the XML made from them.
type xmlCatalog struct {
	p          *proc.Proc
	data, file string
	entries    map[string]string // `delegatePublic publicIdStartString="..."` to `catalog="..."`
}

// updateXMLCatalog models update-xmlcatalog of xml-core, for adding and
// deleting. Entries are sorted whether --sort is given or not: the order of the
// real program without it is that of a Perl hash, a random one.
func updateXMLCatalog(p *proc.Proc) (int, error) {
	opts, rest, err := getopt.ParsePerl(p.Args[1:], "add", "del", "file:", "id:", "local:", "package:", "root",
		"type:", "verbose", "sort")
	if err != nil || len(rest) > 0 {
		return p.Errorf("error: %v", err)
	}
	given := map[string]string{}
	for _, o := range opts {
		given[o.Name] = o.Value
	}
	c, key, entry, err := newXMLCatalog(p, given)
	if err != nil {
		return p.Errorf("error: %v", err)
	}
	_, add := given["add"]
	_, del := given["del"]
	if add == del {
		return p.Errorf("error: either 'add' or 'del' must be given")
	}
	if err := c.read(); err != nil {
		return 0, err
	}
	old, known := c.entries[key]
	switch {
	case add && known && old != entry:
		return p.Errorf("error: entity already registered with a different value")
	case add:
		c.entries[key] = entry
	case !known:
		return p.Errorf("error: entity not registered")
	default:
		delete(c.entries, key)
	}
	return 0, c.write()
}

// newXMLCatalog finds out which catalog is meant, and what its entry says.
func newXMLCatalog(p *proc.Proc, given map[string]string) (c *xmlCatalog, key, entry string, err error) {
	kind, id := given["type"], given["id"]
	if kind != "public" && kind != "system" && kind != "uri" || id == "" {
		return nil, "", "", fmt.Errorf("wrong type or no id")
	}
	title := strings.ToUpper(kind[:1]) + kind[1:]
	attr := kind + "IdStartString"
	if kind == "uri" {
		title, attr = "URI", "uriStartString"
	}
	key = fmt.Sprintf(`delegate%s %s="%s"`, title, attr, id)
	pkg, local := given["package"], given["local"]
	c = &xmlCatalog{p: p, entries: map[string]string{}}
	if _, root := given["root"]; root {
		c.data, c.file = "/var/lib/xml-core/catalog", "/etc/xml/catalog"
		if !p.Tree.Exists("/etc/xml/" + pkg + ".xml") {
			return nil, "", "", fmt.Errorf("package catalog /etc/xml/%s.xml not found", pkg)
		}
		return c, key, fmt.Sprintf(`catalog="file:///etc/xml/%s.xml"`, pkg), nil
	}
	if pkg != "" {
		c.data, c.file = "/var/lib/xml-core/"+pkg, "/etc/xml/"+pkg+".xml"
		if !p.Tree.Exists(local) {
			return nil, "", "", fmt.Errorf("local catalog %s not found", local)
		}
		return c, key, fmt.Sprintf(`catalog="file://%s"`, local), nil
	}
	if local == "" || !p.Tree.Exists(given["file"]) {
		return nil, "", "", fmt.Errorf("catalog not given")
	}
	c.data, c.file = "/var/lib/xml-core/"+strings.ReplaceAll(local, "/", "_"), local
	attr = kind + "Id"
	if kind == "uri" {
		attr = "name"
	}
	return c, fmt.Sprintf(`%s %s="%s"`, kind, attr, id), fmt.Sprintf(`uri="%s"`, given["file"]), nil
}

// read takes the entries, lines "<KEY><ENTRY>".
func (c *xmlCatalog) read() error {
	if !c.p.Tree.Exists(c.data) {
		return nil
	}
	data, err := c.p.Tree.ReadFile(c.data)
	if err != nil {
		return err
	}
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSuffix(line, "\n")
		key, entry, _ := strings.Cut(strings.TrimSuffix(line, ">"), "><")
		c.entries[strings.TrimPrefix(key, "<")] = entry
	}
	return nil
}

// write stores the entries and makes the catalog anew; the former one is kept
// as a backup.
func (c *xmlCatalog) write() error {
	t := c.p.Tree
	header, err := t.ReadFile("/usr/share/xml-core/catalog.header")
	if err != nil {
		return err
	}
	footer, err := t.ReadFile("/usr/share/xml-core/catalog.footer")
	if err != nil {
		return err
	}
	var data string
	body := string(header)
	for _, key := range slices.Sorted(maps.Keys(c.entries)) {
		data += "<" + key + "><" + c.entries[key] + ">\n"
		body += "<" + key + " " + c.entries[key] + "/>\n"
	}
	if t.Exists(c.file) {
		if err := replace(t, c.file, c.file+".old"); err != nil {
			return err
		}
	}
	if len(c.entries) == 0 {
		return t.RemoveAll(c.data)
	}
	if err := t.MkdirAll(path.Dir(c.file), 0o755); err != nil {
		return err
	}
	if err := t.WriteFile(c.data, []byte(data), 0o644); err != nil {
		return err
	}
	return t.WriteFile(c.file, []byte(body+string(footer)), 0o644)
}

// replace renames a file over another.
func replace(t *tree.Tree, old, name string) error {
	if err := t.RemoveAll(name); err != nil {
		return err
	}
	return t.Rename(old, name)
}
