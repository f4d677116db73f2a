package treetest

import (
	"bytes"
	"strings"
)

// A section is one file of a txtar archive.
type section struct {
	name string
	data []byte
}

// splitArchive reads the txtar format: a comment, then sections that each begin
// with a line "-- name --".
func splitArchive(data []byte) (comment string, sections []section) {
	for line := range strings.Lines(string(data)) {
		trimmed := strings.TrimSpace(line)
		name, ok := strings.CutPrefix(trimmed, "-- ")
		if name, end := strings.CutSuffix(name, " --"); ok && end {
			sections = append(sections, section{name: name})
			continue
		}
		if len(sections) == 0 {
			comment += line
		} else {
			last := &sections[len(sections)-1]
			last.data = append(last.data, line...)
		}
	}
	return comment, sections
}

func joinArchive(comment string, sections []section) []byte {
	var b bytes.Buffer
	b.WriteString(comment)
	for _, s := range sections {
		b.WriteString("-- " + s.name + " --\n")
		b.Write(s.data)
	}
	return b.Bytes()
}
