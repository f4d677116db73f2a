package mime

import "strings"

// A writer serialises a document as libxml2 does.
type writer struct{ strings.Builder }

var (
	textEscapes = strings.NewReplacer("<", "&lt;", ">", "&gt;", "&", "&amp;", "\r", "&#13;")
	attrEscapes = strings.NewReplacer("<", "&lt;", ">", "&gt;", "&", "&amp;", "\r", "&#13;",
		"\"", "&quot;", "\n", "&#10;", "\t", "&#9;")
)

// maxIndent is the depth after which lines are indented no further.
const maxIndent = 30

func (w *writer) indent(level int) {
	w.WriteString(strings.Repeat("  ", min(level, maxIndent)))
}

// node writes a node, its children on lines of their own unless there is text
// among them.
func (w *writer) node(n *node, level int, format bool) {
	switch n.kind {
	case text:
		textEscapes.WriteString(w, n.text)
	case cdata:
		w.WriteString("<![CDATA[" + n.text + "]]>")
	case comment:
		w.WriteString("<!--" + n.text + "-->")
	case instruction:
		w.WriteString("<?" + n.name)
		if n.text != "" {
			w.WriteString(" " + n.text)
		}
		w.WriteString("?>")
	case element:
		w.element(n, level, format)
	}
}

func (w *writer) element(n *node, level int, format bool) {
	name := qualified(n.prefix, n.name)
	w.WriteString("<" + name)
	for _, d := range n.declared {
		w.WriteString(" " + strings.TrimSuffix("xmlns:"+d.name, ":") + "=\"")
		attrEscapes.WriteString(w, d.value)
		w.WriteByte('"')
	}
	for _, a := range n.attrs {
		w.WriteString(" " + qualified(a.prefix, a.name) + "=\"")
		attrEscapes.WriteString(w, a.value)
		w.WriteByte('"')
	}
	if len(n.children) == 0 {
		w.WriteString("/>")
		return
	}
	w.WriteByte('>')
	for _, c := range n.children {
		format = format && c.kind != text && c.kind != cdata
	}
	for _, c := range n.children {
		if format {
			w.WriteByte('\n')
			w.indent(level + 1)
		}
		w.node(c, level+1, format)
	}
	if format {
		w.WriteByte('\n')
		w.indent(level)
	}
	w.WriteString("</" + name + ">")
}

func qualified(prefix, name string) string {
	if prefix == "" {
		return name
	}
	return prefix + ":" + name
}

// save returns a whole document.
func save(root *node) []byte {
	var w writer
	w.WriteString("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n")
	w.node(root, 0, true)
	w.WriteByte('\n')
	return []byte(w.String())
}
