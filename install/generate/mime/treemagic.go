package mime

import (
	"errors"
	"fmt"
	"strings"
)

// A treeMagic finds the type of a volume by the files in it.
type treeMagic struct {
	priority int
	media    *mediaType
	matches  []*treeMatch
}

// A treeMatch is a condition on a file, and more conditions under it.
type treeMatch struct {
	path    string
	kind    string
	options []string
	matches []*treeMatch
}

func newTreeMagic(m *mediaType, n *node) (*treeMagic, error) {
	priority := percent(n, "priority")
	if priority < 0 {
		return nil, fmt.Errorf("Bad priority (%d) in <treemagic> element", priority)
	}
	matches, err := newTreeMatches(n)
	if err != nil {
		return nil, fmt.Errorf("Error in <treematch> element: %w", err)
	}
	return &treeMagic{priority, m, matches}, nil
}

func newTreeMatches(n *node) ([]*treeMatch, error) {
	elements, err := only(n, "treematch")
	if err != nil {
		return nil, err
	}
	var matches []*treeMatch
	for _, c := range elements {
		path, ok := c.attr("path")
		if !ok {
			return nil, errors.New("Missing 'path' attribute in <treematch>")
		}
		m := &treeMatch{path: path, kind: "any"}
		if kind, ok := c.attr("type"); ok {
			if kind != "file" && kind != "directory" && kind != "link" {
				return nil, errors.New("Invalid 'type' attribute in <treematch>")
			}
			m.kind = kind
		}
		for _, name := range []string{"match-case", "executable", "non-empty"} {
			if value, _ := c.attr(name); value == "true" {
				m.options = append(m.options, name)
			}
		}
		if media, ok := c.attr("mimetype"); ok {
			m.options = append(m.options, media)
		}
		if m.matches, err = newTreeMatches(c); err != nil {
			return nil, err
		}
		matches = append(matches, m)
	}
	return matches, nil
}

func (m *treeMatch) write(b *strings.Builder, indent int) {
	if indent > 0 {
		fmt.Fprint(b, indent)
	}
	fmt.Fprintf(b, ">\"%s\"=%s\n", m.path, strings.Join(append([]string{m.kind}, m.options...), ","))
	for _, c := range m.matches {
		c.write(b, indent+1)
	}
}
