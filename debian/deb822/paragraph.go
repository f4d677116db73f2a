package deb822

import (
	"io"
	"strings"
)

// A Field is one field of a paragraph.
type Field struct {
	// Name is the field's name as written, without the colon.
	Name string
	// Raw is everything between the colon and the newline that ends the
	// field: leading blank, continuation lines and all.
	Raw string
}

// Value returns the field's value without surrounding white space.
// Continuation lines keep the blank they start with.
func (f Field) Value() string { return strings.Trim(f.Raw, " \t\r\n") }

// A Paragraph is an ordered list of fields with distinct names.
// The zero value is an empty paragraph, ready for use.
type Paragraph struct {
	Fields []Field
}

func (p *Paragraph) find(name string) int {
	for i := range p.Fields {
		if len(p.Fields[i].Name) == len(name) && strings.EqualFold(p.Fields[i].Name, name) {
			return i
		}
	}
	return -1
}

// Has reports whether the paragraph has the field, be it empty.
func (p *Paragraph) Has(name string) bool { return p.find(name) >= 0 }

// Get returns the field's value without surrounding white space, or "" if the
// paragraph does not have the field.
func (p *Paragraph) Get(name string) string {
	if i := p.find(name); i >= 0 {
		return p.Fields[i].Value()
	}
	return ""
}

// Lines returns the lines of a field's value, each without surrounding white
// space: the form of Conffiles, SHA256 and other lists. A first line that is
// empty, as such lists have, is left out.
func (p *Paragraph) Lines(name string) []string {
	value := p.Get(name)
	if value == "" {
		return nil
	}
	lines := strings.Split(value, "\n")
	for i := range lines {
		lines[i] = strings.Trim(lines[i], " \t\r")
	}
	return lines
}

// Set gives the field a value. A field the paragraph already has keeps its
// place and spelling; a new one goes to the end. A value of several lines must
// bring the blank that starts each continuation line.
func (p *Paragraph) Set(name, value string) {
	raw := value
	if value != "" && value[0] != '\n' {
		raw = " " + value
	}
	if i := p.find(name); i >= 0 {
		p.Fields[i].Raw = raw
		return
	}
	p.Fields = append(p.Fields, Field{name, raw})
}

// Delete removes the field if the paragraph has it.
func (p *Paragraph) Delete(name string) {
	if i := p.find(name); i >= 0 {
		p.Fields = append(p.Fields[:i], p.Fields[i+1:]...)
	}
}

// String returns the paragraph as written, without the empty line that
// separates it from a next one.
func (p *Paragraph) String() string {
	var b strings.Builder
	for _, f := range p.Fields {
		b.WriteString(f.Name)
		b.WriteByte(':')
		b.WriteString(f.Raw)
		b.WriteByte('\n')
	}
	return b.String()
}

// Write writes paragraphs to w, separated by empty lines.
func Write(w io.Writer, paragraphs ...*Paragraph) error {
	for i, p := range paragraphs {
		text := p.String()
		if i > 0 {
			text = "\n" + text
		}
		if _, err := io.WriteString(w, text); err != nil {
			return err
		}
	}
	return nil
}
