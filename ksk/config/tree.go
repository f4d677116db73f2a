package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"go.yaml.in/yaml/v4"
)

// parse returns the only document of a stream, or nil for an empty one.
func parse(text []byte) (*yaml.Node, error) {
	loader, err := yaml.NewLoader(bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	var document, second yaml.Node
	if err := loader.Load(&document); errors.Is(err, io.EOF) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	if err := loader.Load(&second); !errors.Is(err, io.EOF) {
		return nil, errors.New("more than one document")
	}
	if len(document.Content) == 0 {
		return nil, nil
	}
	return follow(document.Content[0]), nil
}

// parseSettings returns the document of a configuration, which has to say something.
func parseSettings(text []byte) (*yaml.Node, error) {
	document, err := parse(text)
	if err != nil {
		return nil, fmt.Errorf("configuration: %w", err)
	}
	if document == nil || isNullNode(document) {
		return nil, errors.New("configuration is empty")
	}
	return document, nil
}

// follow returns the node that an alias stands for.
func follow(n *yaml.Node) *yaml.Node {
	for n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	return n
}

// entry is a key of a mapping with its value.
type entry struct {
	key   scalar
	value *yaml.Node
}

// maxMerged bounds the entries of one mapping after merging, so that merges of merges cannot
// grow without end.
const maxMerged = 10_000

// entries returns the entries of a mapping: merged ones first, then its own; of
// several with the same key the last value at the place of the first.
func entries(n *yaml.Node) ([]entry, error) {
	m := merger{at: map[string]int{}, open: map[*yaml.Node]bool{}}
	if err := m.add(n); err != nil {
		return nil, err
	}
	return m.all, nil
}

type merger struct {
	all   []entry
	at    map[string]int // where a key is in all
	open  map[*yaml.Node]bool
	steps int
}

func (m *merger) add(n *yaml.Node) error {
	if n.Kind != yaml.MappingNode {
		return errors.New("is not a mapping")
	}
	if m.open[n] {
		return errors.New("merges itself")
	}
	if m.steps++; m.steps > maxMerged {
		return errors.New("has too many entries")
	}
	m.open[n] = true
	defer delete(m.open, n)
	for i := 0; i < len(n.Content); i += 2 {
		if key := n.Content[i]; isMerge(key) {
			if err := m.merge(follow(n.Content[i+1])); err != nil {
				return err
			}
		}
	}
	for i := 0; i < len(n.Content); i += 2 {
		if key := n.Content[i]; !isMerge(key) {
			if err := m.put(follow(key), follow(n.Content[i+1])); err != nil {
				return err
			}
		}
	}
	return nil
}

// Duplicates returns the keys that stand twice in a mapping of a document, with their lines. The last value
// counts, without a word: see package audit.
func Duplicates(text []byte) ([]string, error) {
	document, err := parse(text)
	if err != nil || document == nil {
		return nil, err
	}
	var all []string
	var walk func(n *yaml.Node)
	walk = func(n *yaml.Node) {
		seen := map[string]bool{}
		for i, child := range n.Content {
			walk(child)
			if n.Kind != yaml.MappingNode || i%2 == 1 {
				continue
			}
			if seen[child.Value] && !isMerge(child) {
				all = append(all, fmt.Sprintf("line %d: %q stands there for the second time", child.Line, child.Value))
			}
			seen[child.Value] = true
		}
	}
	walk(document)
	return all, nil
}

func isMerge(key *yaml.Node) bool {
	return key.Kind == yaml.ScalarNode && key.Value == "<<" &&
		key.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|yaml.TaggedStyle) == 0
}

// merge adds a mapping or a list of mappings, of which the first counts most.
func (m *merger) merge(n *yaml.Node) error {
	if n.Kind != yaml.SequenceNode {
		return m.add(n)
	}
	for i := len(n.Content) - 1; i >= 0; i-- {
		if err := m.add(follow(n.Content[i])); err != nil {
			return err
		}
	}
	return nil
}

func (m *merger) put(key, value *yaml.Node) error {
	if m.steps++; m.steps > maxMerged {
		return errors.New("has too many entries")
	}
	if key.Kind != yaml.ScalarNode {
		return errors.New("has a key that is not a scalar")
	}
	k, err := resolve(key)
	if err != nil {
		return err
	}
	id := fmt.Sprint(k.kind, k.text)
	if k.kind == isInt {
		id = fmt.Sprint(k.kind, k.int)
	}
	if at, ok := m.at[id]; ok {
		m.all[at].value = value
		return nil
	}
	m.at[id] = len(m.all)
	m.all = append(m.all, entry{k, value})
	return nil
}
