package xml

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"coen/ksk/lexical"
)

// MaxSize is the size of the largest document that is read, in bytes.
const MaxSize = 1 << 20

// maxLevels is how deep elements may nest, the root counted.
const maxLevels = 6

// Parse reads a document. All that comes before the first "<KSR" is skipped; the
// result holds the root and any elements after it.
func Parse(text []byte) (Group, error) {
	if len(text) > MaxSize {
		return nil, fmt.Errorf("document of more than %d bytes", MaxSize)
	}
	if !utf8.Valid(text) {
		return nil, errors.New("document is not UTF-8")
	}
	_, rest, ok := strings.Cut(string(text), "<KSR")
	if !ok {
		return nil, errors.New("document has no <KSR>")
	}
	return parse(string(text)[len(text)-len(rest)-len("<KSR"):], maxLevels)
}

// parse reads the elements of one level, of which so many may still nest.
func parse(s string, levels int) (Group, error) {
	if levels == 0 {
		return nil, fmt.Errorf("more than %d levels of elements", maxLevels)
	}
	var g Group
	for s = lexical.TrimSpace(s); s != ""; s = lexical.TrimSpace(s) {
		e, rest, err := element(s, levels)
		if err != nil {
			return nil, err
		}
		g = append(g, e)
		s = rest
	}
	return g, nil
}

// element reads the element at the front of s and returns what follows it.
func element(s string, levels int) (e Element, rest string, err error) {
	t, err := startTag(s)
	if err != nil {
		return Element{}, "", err
	}
	e = Element{Name: t.name}
	if t.hasAttributes {
		if e.Attributes, err = attributes(t.attributes); err != nil {
			return Element{}, "", fmt.Errorf("<%s>: %w", t.name, err)
		}
	}
	rest = s[t.size:]
	if t.empty {
		return e, rest, nil
	}
	end, err := endTag(s, t)
	if err != nil {
		return Element{}, "", err
	}
	content := lexical.TrimSpace(s[t.size:end])
	if strings.HasPrefix(content, "<") {
		e.Group, err = parse(content, levels-1)
	} else {
		e.Text = content
	}
	return e, s[end+len("</>")+len(t.name):], err
}

// tag is a start tag.
type tag struct {
	name          string
	attributes    string // the text between name and end
	hasAttributes bool
	empty         bool // it ends in "/>"
	size          int  // bytes from "<" to ">"
}

// startTag reads the start tag at the front of s: "<name>", or "<name", white space,
// a text without line feeds, perhaps slashes, and ">".
func startTag(s string) (tag, error) {
	bad := func() (tag, error) {
		return tag{}, fmt.Errorf("no tag at %q", strings.ToValidUTF8(s[:min(len(s), 20)], ""))
	}
	if !strings.HasPrefix(s, "<") {
		return bad()
	}
	end := strings.IndexByte(s, '>')
	if end < 0 {
		return bad()
	}
	name, text := cutWord(s[1:end])
	if name == "" {
		return bad()
	}
	t := tag{name: name, size: end + 1}
	if text == "" {
		return t, nil
	}
	inside := strings.TrimRight(text, "/")
	blank, size := utf8.DecodeRuneInString(inside)
	if !lexical.IsSpace(blank) {
		return bad()
	}
	rest := inside[size:]
	line := strings.LastIndexByte(rest, '\n') + 1 // line feeds may stand before attributes only
	if lexical.TrimSpace(rest[:line]) != "" || rest[line:] == "" {
		return bad()
	}
	t.attributes = rest[line:]
	t.hasAttributes, t.empty = true, inside != text
	return t, nil
}

// cutWord cuts the word characters off the front of s.
func cutWord(s string) (word, rest string) {
	stop := strings.IndexFunc(s, func(r rune) bool { return !lexical.IsWord(r) })
	if stop < 0 {
		return s, ""
	}
	return s[:stop], s[stop:]
}

// attributes reads name="value" as often as it is there.
func attributes(s string) (map[string]string, error) {
	all := map[string]string{}
	for s = lexical.TrimSpace(s); s != ""; s = lexical.TrimSpace(s) {
		name, text := cutWord(s)
		text, ok := strings.CutPrefix(text, `="`)
		if name == "" || !ok {
			return nil, fmt.Errorf("no attribute at %q", strings.ToValidUTF8(s[:min(len(s), 20)], ""))
		}
		_, first := utf8.DecodeRuneInString(text) // may be a quotation mark
		end := strings.IndexByte(text[first:], '"')
		if end < 0 {
			return nil, fmt.Errorf("attribute %s has no value", name)
		}
		all[name] = text[:first+end]
		s = text[first+end+1:]
	}
	return all, nil
}

// endTag finds the end tag of the element at the front of s: the first after the
// start tag, or the next one, if there is one, if the element holds another of its name. One such
// element is seen for each form that a start tag can have, if it is the form's first.
func endTag(s string, t tag) (int, error) {
	mark := "</" + t.name + ">"
	end := strings.Index(s[t.size:], mark)
	if end < 0 {
		return 0, fmt.Errorf("<%s> has no end", t.name)
	}
	end += t.size
	for _, form := range []string{"<" + t.name + ">", "<" + t.name + " "} {
		if strings.Index(s[:end], form) <= 0 {
			continue
		}
		if next := strings.Index(s[end+1:], mark); next >= 0 {
			end += 1 + next
		}
	}
	return end, nil
}
