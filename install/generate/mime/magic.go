package mime

import (
	"errors"
	"fmt"
	"strings"
)

// A magic finds a type by what files contain.
type magic struct {
	priority int
	media    *mediaType
	matches  []*match
	none     bool // forget the magic of less important databases
}

// A match is a condition on bytes of a file, and more conditions under it.
type match struct {
	start, length int // where the data may begin
	word          int // the size of the words that have the host's byte order
	data, mask    []byte
	matches       []*match
}

func newMagic(m *mediaType, n *node) (*magic, error) {
	priority := percent(n, "priority")
	if priority < 0 {
		return nil, fmt.Errorf("Bad priority (%d) in <magic> element", priority)
	}
	matches, err := newMatches(n)
	if err != nil {
		return nil, fmt.Errorf("Error in <match> element: %w", err)
	}
	if len(matches) == 0 {
		return nil, errors.New("Incomplete <magic> element")
	}
	return &magic{priority: priority, media: m, matches: matches}, nil
}

// only returns the elements among the children of n, which must have the name.
func only(n *node, name string) ([]*node, error) {
	var elements []*node
	for _, c := range n.children {
		switch {
		case c.kind != element:
		case c.space != namespace:
			return nil, errors.New("Element found with non-freedesktop.org namespace")
		case c.name != name:
			return nil, fmt.Errorf("Expected <%s> element, but found <%s> instead", name, c.name)
		default:
			elements = append(elements, c)
		}
	}
	return elements, nil
}

func newMatches(n *node) ([]*match, error) {
	elements, err := only(n, "match")
	if err != nil {
		return nil, err
	}
	var matches []*match
	for _, c := range elements {
		m := &match{length: 1, word: 1}
		if err := m.offset(c); err != nil {
			return nil, err
		}
		if err := m.value(c); err != nil {
			return nil, err
		}
		if m.matches, err = newMatches(c); err != nil {
			return nil, err
		}
		matches = append(matches, m)
	}
	return matches, nil
}

func (m *match) offset(n *node) error {
	offset, _ := n.attr("offset")
	if offset == "" {
		return errors.New("Missing 'offset' attribute")
	}
	start, rest, err := parseInt(offset)
	if err != nil {
		return err
	}
	m.start = start
	if len(rest) > 1 && rest[0] == ':' && start >= 0 {
		var last int
		if last, rest, err = parseInt(rest[1:]); err != nil {
			return err
		}
		if last < start {
			return errors.New("Invalid offset")
		}
		m.length = last - start + 1
	}
	if rest != "" {
		return errors.New("Invalid offset")
	}
	return nil
}

// value sets the data to find, and the mask that says which bits count.
func (m *match) value(n *node) (err error) {
	kind, ok := n.attr("type")
	if !ok {
		return errors.New("Missing 'type' attribute in <match>")
	}
	size, big := 0, true // 0 for a string
	switch kind {
	case "string":
	case "byte":
		size = 1
	case "host16":
		size, m.word = 2, 2
	case "host32":
		size, m.word = 4, 4
	case "big16", "little16":
		size, big = 2, kind == "big16"
	case "big32", "little32":
		size, big = 4, kind == "big32"
	default:
		return fmt.Errorf("Unknown magic type '%s'", kind)
	}
	value, _ := n.attr("value")
	mask, masked := n.attr("mask")
	if value == "" {
		return errors.New("No value specified")
	}
	if size == 0 {
		m.data = unescape(value)
		if masked {
			m.mask, err = stringMask(mask, len(m.data))
		}
		return err
	}
	if m.data, err = number(value, "Value", size, big); err != nil {
		return err
	}
	if masked {
		m.mask, err = number(mask, "Mask", size, big)
	}
	return err
}

// number writes a number into bytes.
func number(s, what string, size int, big bool) ([]byte, error) {
	value, rest, err := parseUint(s)
	if err != nil {
		return nil, err
	}
	if rest != "" {
		return nil, fmt.Errorf("%s is not a number", what)
	}
	if what == "Value" && size < 4 && value>>(8*size) != 0 {
		return nil, fmt.Errorf("Number out-of-range (%x should fit in %d bytes)", value, size)
	}
	b := make([]byte, size)
	for i := range b {
		shift := 8 * i
		if big {
			shift = 8 * (size - i - 1)
		}
		b[i] = byte(value >> shift)
	}
	return b, nil
}

func stringMask(mask string, size int) ([]byte, error) {
	digits, ok := strings.CutPrefix(mask, "0x")
	if !ok {
		return nil, errors.New("String masks must be in base 16 (starting with 0x)")
	}
	b := make([]byte, size)
	for i := range len(digits) {
		d := hexDigit(digits[i])
		if d < 0 {
			return nil, fmt.Errorf("'%c' is not a valid hex digit", digits[i])
		}
		if i >= 2*size {
			return nil, errors.New("Mask is longer than value")
		}
		b[i/2] |= byte(d) << (4 * (1 - i%2))
	}
	return b, nil
}
