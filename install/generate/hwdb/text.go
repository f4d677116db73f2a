package hwdb

import (
	"path"
	"slices"
	"strings"

	"coen/tree"
)

// sourceDirs are where the text files lie; a file hides those of the same name
// further on.
var sourceDirs = []string{"/etc/udev/hwdb.d", "/run/udev/hwdb.d", "/usr/local/lib/udev/hwdb.d", "/usr/lib/udev/hwdb.d"}

// sources lists the text files in the order of their names.
func sources(t *tree.Tree, dirs []string) []string {
	files := map[string]string{}
	for _, dir := range slices.Backward(dirs) {
		n, err := t.Lookup(dir)
		if err != nil {
			continue
		}
		for _, name := range n.Names() {
			if strings.HasSuffix(name, ".hwdb") {
				files[name] = path.Join(dir, name)
			}
		}
	}
	var names []string
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names)
	for i, name := range names {
		names[i] = files[name]
	}
	return names
}

// An origin is where a property comes from, which the binary keeps.
type origin struct {
	file     string
	line     uint32
	priority uint16 // 1 for the first file
}

// What is expected next in a text file.
type state int

const (
	outside state = iota
	inMatches
	inProperties
)

// read takes the records of a text file into the trie.
func (tr *trie) read(text string, at origin) {
	var matches []string
	expect := outside
	for line := range strings.Lines(text) {
		at.line++
		if line[0] == '#' {
			continue
		}
		line, _, _ = strings.Cut(line, "#")
		line = strings.TrimRight(line, " \t\n\v\f\r")
		indented := strings.HasPrefix(line, " ")
		switch {
		case line == "":
			expect, matches = outside, nil
		case expect == outside && indented:
		case expect == outside:
			expect, matches = inMatches, []string{line}
		case indented:
			expect = inProperties
			tr.property(matches, line, at)
		case expect == inMatches:
			matches = append(matches, line)
		default:
			expect, matches = outside, nil
		}
	}
}

// property adds one line "KEY=value" to all patterns of its record. Keys keep
// one leading space, by which udev tells them from other strings.
func (tr *trie) property(matches []string, line string, at origin) {
	key, value, ok := strings.Cut(line, "=")
	if !ok {
		return
	}
	key = " " + strings.TrimLeft(key, " \t")
	if key == " " {
		return
	}
	for _, m := range matches {
		tr.insert(m, key, value, at)
	}
}
