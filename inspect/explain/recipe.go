package explain

import (
	"regexp"
	"strconv"
	"strings"

	"coen/medium"

	"go.yaml.in/yaml/v4"
)

// step is a key of a recipe, and an index if what it names is a list: "files[3]".
var step = regexp.MustCompile(`^([a-z]+)(?:\[(\d+)\])?$`)

// recipeLine finds the line of a recipe that a rule's detail names, such as
// "files[3]" or "units: mask[0]".
func recipeLine(text []byte, detail string) (Line, bool) {
	var document yaml.Node
	if err := yaml.Unmarshal(text, &document); err != nil || len(document.Content) != 1 {
		return Line{}, false
	}
	node := document.Content[0]
	for part := range strings.SplitSeq(detail, ": ") {
		m := step.FindStringSubmatch(part)
		if m == nil {
			break // the rest is for people
		}
		next := descend(node, m[1], m[2])
		if next == nil {
			return Line{}, false
		}
		node = next
	}
	line, ok := lineOf(text, node.Line)
	return Line{"/" + medium.Recipe, node.Line, line}, ok
}

// descend goes to the value of a key of a map, and to an item of it if it is a list.
func descend(n *yaml.Node, key, index string) *yaml.Node {
	if n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value != key {
			continue
		}
		value := n.Content[i+1]
		if index == "" {
			return value
		}
		at, err := strconv.Atoi(index)
		if err != nil || value.Kind != yaml.SequenceNode || at >= len(value.Content) {
			return nil
		}
		return value.Content[at]
	}
	return nil
}
