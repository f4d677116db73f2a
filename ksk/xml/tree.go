package xml

import "fmt"

// Element is one element of a document.
type Element struct {
	Name string
	// Attributes is nil for an element without any. An element whose attributes are only
	// blanks has an empty map, and counts as one with attributes.
	Attributes map[string]string
	Text       string // trimmed and verbatim; empty if there are elements inside
	Group      Group  // the elements inside; nil if there is text
}

// Group is what an element holds, in the order of the document.
type Group []Element

// Attribute returns the value of an attribute that has to be there.
func (e Element) Attribute(name string) (string, error) {
	value, ok := e.Attributes[name]
	if !ok {
		return "", fmt.Errorf("<%s> has no attribute %s", e.Name, name)
	}
	return value, nil
}

// one returns the only element with this name.
func (g Group) one(name string) (Element, error) {
	var found *Element
	for i := range g {
		if g[i].Name != name {
			continue
		}
		if found != nil {
			return Element{}, fmt.Errorf("more than one <%s>", name)
		}
		found = &g[i]
	}
	if found == nil {
		return Element{}, fmt.Errorf("missing <%s>", name)
	}
	return *found, nil
}

// bare returns the only element with this name, which must not have attributes.
func (g Group) bare(name string) (Element, error) {
	e, err := g.one(name)
	if err == nil && e.Attributes != nil {
		err = fmt.Errorf("<%s> may not have attributes", name)
	}
	return e, err
}

// Has reports whether an element with this name is there.
func (g Group) Has(name string) bool {
	for i := range g {
		if g[i].Name == name {
			return true
		}
	}
	return false
}

// Inside returns what the only element with this name, without attributes, holds.
func (g Group) Inside(name string) (Group, error) {
	e, err := g.bare(name)
	if err == nil && e.Group == nil {
		err = fmt.Errorf("<%s> has no elements inside", name)
	}
	return e.Group, err
}

// Value returns the text of the only element with this name, without attributes.
func (g Group) Value(name string) (string, error) {
	e, err := g.bare(name)
	if err == nil && e.Group != nil {
		err = fmt.Errorf("<%s> has elements inside", name)
	}
	return e.Text, err
}

// One returns the only element with this name, which must have attributes.
func (g Group) One(name string) (Element, error) {
	e, err := g.one(name)
	if err == nil && e.Attributes == nil {
		err = fmt.Errorf("<%s> has no attributes", name)
	}
	return e, err
}

// All returns the elements with this name, which must all have attributes.
func (g Group) All(name string) ([]Element, error) {
	var all []Element
	for _, e := range g {
		if e.Name != name {
			continue
		}
		if e.Attributes == nil {
			return nil, fmt.Errorf("<%s> has no attributes", name)
		}
		all = append(all, e)
	}
	return all, nil
}
