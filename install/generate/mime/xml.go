package mime

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
)

// A kind is what a node of an XML document is.
type kind int

const (
	element kind = iota
	text
	cdata
	comment
	instruction
)

// A node is part of an XML document.
type node struct {
	kind     kind
	prefix   string
	name     string // of an element; the target of an instruction
	space    string // namespace
	attrs    []attribute
	declared []attribute // namespaces: the name is the prefix
	children []*node
	text     string
}

type attribute struct{ prefix, name, space, value string }

// attr returns an attribute outside all namespaces, and whether it is there.
func (n *node) attr(name string) (string, bool) {
	for _, a := range n.attrs {
		if a.name == name && a.space == "" {
			return a.value, true
		}
	}
	return "", false
}

const xmlSpace = "http://www.w3.org/XML/1998/namespace"

// language returns the attribute xml:lang.
func (n *node) language() string {
	for _, a := range n.attrs {
		if a.name == "lang" && a.space == xmlSpace {
			return a.value
		}
	}
	return ""
}

// is reports whether n is an element of the namespace of the database's sources.
func (n *node) is(name string) bool {
	return n.kind == element && n.space == namespace && n.name == name
}

// A parser builds the tree of a document.
type parser struct {
	data  []byte
	open  []*node
	root  *node
	start int64 // of the current token
}

func parseXML(data []byte) (*node, error) {
	d := xml.NewDecoder(bytes.NewReader(data))
	p := &parser{data: data}
	for {
		p.start = d.InputOffset()
		token, err := d.RawToken()
		if err == io.EOF {
			break
		}
		if err == nil {
			err = p.token(token, data[p.start:d.InputOffset()])
		}
		if err != nil {
			return nil, err
		}
	}
	if p.root == nil || len(p.open) > 0 {
		return nil, errors.New("the document ends early")
	}
	return p.root, nil
}

func (p *parser) token(token xml.Token, raw []byte) error {
	switch token := token.(type) {
	case xml.StartElement:
		return p.startElement(token, raw)
	case xml.EndElement:
		last := len(p.open) - 1
		if last < 0 || p.open[last].prefix != token.Name.Space || p.open[last].name != token.Name.Local {
			return fmt.Errorf("unexpected end of <%s>", token.Name.Local)
		}
		p.open = p.open[:last]
	case xml.CharData:
		if len(p.open) == 0 && strings.TrimSpace(string(token)) != "" {
			return errors.New("text outside the root element")
		}
		n := &node{kind: text, text: string(token)}
		if bytes.HasPrefix(raw, []byte("<![CDATA[")) {
			n.kind = cdata
		}
		p.add(n)
	case xml.Comment:
		p.add(&node{kind: comment, text: string(token)})
	case xml.ProcInst:
		p.add(&node{kind: instruction, name: token.Target, text: string(token.Inst)})
	case xml.Directive:
		if bytes.Contains(token, []byte("<!ENTITY")) {
			return errors.New("entities are not supported")
		}
	}
	return nil
}

func (p *parser) add(n *node) {
	if len(p.open) > 0 {
		parent := p.open[len(p.open)-1]
		parent.children = append(parent.children, n)
	}
}

func (p *parser) startElement(token xml.StartElement, raw []byte) error {
	n := &node{prefix: token.Name.Space, name: token.Name.Local}
	for _, a := range token.Attr {
		if strings.ContainsAny(a.Value, "\t\n\r") {
			// Only characters that are written as numbers survive normalisation.
			if bytes.Contains(raw, []byte("&#")) {
				return fmt.Errorf("white space in attributes of <%s>", n.name)
			}
			a.Value = strings.NewReplacer("\t", " ", "\n", " ", "\r", " ").Replace(a.Value)
		}
		switch {
		case a.Name.Space == "xmlns":
			n.declared = append(n.declared, attribute{name: a.Name.Local, value: a.Value})
		case a.Name.Space == "" && a.Name.Local == "xmlns":
			n.declared = append(n.declared, attribute{value: a.Value})
		default:
			n.attrs = append(n.attrs, attribute{prefix: a.Name.Space, name: a.Name.Local, value: a.Value})
		}
	}
	if p.root != nil && len(p.open) == 0 {
		return errors.New("a second root element")
	}
	p.add(n)
	if p.root == nil {
		p.root = n
	}
	p.open = append(p.open, n)
	return p.resolve(n)
}

// resolve finds the namespaces of an element, the last of the open ones, and of
// its attributes.
func (p *parser) resolve(n *node) error {
	var ok bool
	if n.space, ok = lookup(p.open, n.prefix); !ok && n.prefix != "" {
		return fmt.Errorf("no namespace %q", n.prefix)
	}
	for i := range n.attrs {
		a := &n.attrs[i]
		if a.prefix == "" {
			continue
		}
		if a.space, ok = lookup(p.open, a.prefix); !ok {
			return fmt.Errorf("no namespace %q", a.prefix)
		}
	}
	return nil
}

// lookup returns what a prefix stands for in the last of nested elements.
func lookup(nested []*node, prefix string) (string, bool) {
	for i := len(nested) - 1; i >= 0; i-- {
		for _, d := range nested[i].declared {
			if d.name == prefix {
				return d.value, true
			}
		}
	}
	if prefix == "xml" {
		return xmlSpace, true
	}
	return "", false
}

// copyNode returns a copy of an element that declares the namespaces it needs.
func copyNode(n *node) *node {
	c := clone(n)
	declare(c, nil)
	return c
}

func clone(n *node) *node {
	c := *n
	c.declared = append([]attribute(nil), n.declared...)
	c.children = nil
	for _, child := range n.children {
		c.children = append(c.children, clone(child))
	}
	return &c
}

// declare lets the first of nested elements declare what is missing in n.
func declare(n *node, nested []*node) {
	nested = append(nested, n)
	need := func(prefix, space string) {
		if _, ok := lookup(nested, prefix); !ok && space != "" {
			nested[0].declared = append(nested[0].declared, attribute{name: prefix, value: space})
		}
	}
	need(n.prefix, n.space)
	for _, a := range n.attrs {
		need(a.prefix, a.space)
	}
	for _, child := range n.children {
		if child.kind == element {
			declare(child, nested)
		}
	}
}
