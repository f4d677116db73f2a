package strict

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Request checks a key signing request.
func Request(text []byte) error { return check(text, request) }

// Response checks a signed key response.
func Response(text []byte) error { return check(text, response) }

// reader goes through a document.
type reader struct {
	*xml.Decoder
}

func check(text []byte, root *element) error {
	r := reader{xml.NewDecoder(bytes.NewReader(text))}
	r.Strict = true
	if err := r.document(root); err != nil {
		line, column := r.InputPos()
		return fmt.Errorf("strict mode: line %d column %d: %w", line, column, err)
	}
	return nil
}

func (r reader) document(root *element) error {
	seen := false
	for {
		token, err := r.RawToken()
		if errors.Is(err, io.EOF) && seen {
			return nil
		}
		if err != nil {
			return err
		}
		switch t := token.(type) {
		case xml.StartElement:
			if seen || t.Name.Space != "" || t.Name.Local != "KSR" {
				return fmt.Errorf("<%s> is not allowed here", t.Name.Local)
			}
			seen = true
			if err := r.element(t, root); err != nil {
				return err
			}
		case xml.ProcInst:
			if t.Target != "xml" || seen {
				return fmt.Errorf("processing instruction %q", t.Target)
			}
		case xml.CharData:
			if strings.TrimSpace(string(t)) != "" {
				return errors.New("text outside of elements")
			}
		default:
			return errors.New("only elements are allowed")
		}
	}
}

// element checks an element whose start tag has been read, to its end tag.
func (r reader) element(start xml.StartElement, e *element) error {
	name := start.Name.Local
	if err := attributes(start, e); err != nil {
		return fmt.Errorf("<%s>: %w", name, err)
	}
	var text strings.Builder
	next, count := 0, 0 // the particle in turn, and how often it was there
	for {
		token, err := r.RawToken()
		if err != nil {
			return err
		}
		switch t := token.(type) {
		case xml.EndElement:
			if t.Name != start.Name {
				return fmt.Errorf("</%s> ends <%s>", t.Name.Local, name)
			}
			return e.finish(name, text.String(), next, count)
		case xml.CharData:
			text.Write(t)
		case xml.StartElement:
			if next, count, err = e.advance(t, next, count); err != nil {
				return fmt.Errorf("<%s>: %w", name, err)
			}
			if err := r.element(t.Copy(), e.children[next].element); err != nil {
				return err
			}
		default:
			return fmt.Errorf("<%s>: only elements and text are allowed", name)
		}
	}
}

func attributes(start xml.StartElement, e *element) error {
	seen := map[string]bool{}
	for _, a := range start.Attr {
		v := e.attributes[a.Name.Local]
		if v == nil {
			v = e.optional[a.Name.Local]
		}
		if v == nil || a.Name.Space != "" || seen[a.Name.Local] {
			return fmt.Errorf("attribute %s is not allowed", a.Name.Local)
		}
		if err := v(a.Value); err != nil {
			return fmt.Errorf("attribute %s: %w", a.Name.Local, err)
		}
		seen[a.Name.Local] = true
	}
	for _, name := range []string{"id", "domain", "serial", "algorithm", "size", "exponent", "keyIdentifier", "keyTag"} {
		if e.attributes[name] != nil && !seen[name] {
			return fmt.Errorf("missing attribute %s", name)
		}
	}
	return nil
}

// advance finds the particle that a child is, at the one in turn or after it.
func (e *element) advance(t xml.StartElement, next, count int) (int, int, error) {
	for ; next < len(e.children); next, count = next+1, 0 {
		p := e.children[next]
		if t.Name.Space == "" && p.name == t.Name.Local && count < p.most {
			return next, count + 1, nil
		}
		if count < p.least {
			break
		}
	}
	return next, count, fmt.Errorf("<%s> is not allowed here", t.Name.Local)
}

// finish checks what an element held when it ends.
func (e *element) finish(name, text string, next, count int) error {
	if e.text != nil {
		if err := e.text(text); err != nil {
			return fmt.Errorf("<%s>: %w", name, err)
		}
		return nil
	}
	if strings.TrimSpace(text) != "" {
		return fmt.Errorf("<%s>: text between elements", name)
	}
	for ; next < len(e.children); next, count = next+1, 0 {
		if p := e.children[next]; count < p.least {
			return fmt.Errorf("<%s>: missing <%s>", name, p.name)
		}
	}
	return nil
}
