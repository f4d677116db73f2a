package manpage

import (
	"fmt"
	"strings"
)

// roff collects the lines of a page.
type roff struct{ strings.Builder }

// request writes a line with a macro, its arguments quoted.
func (r *roff) request(macro string, arguments ...string) {
	r.WriteString("." + macro)
	for _, a := range arguments {
		fmt.Fprintf(r, " \"%s\"", strings.ReplaceAll(escape(a), `"`, `\(dq`))
	}
	r.WriteByte('\n')
}

// line writes a line of text, of which no start is taken for a macro.
func (r *roff) line(text string) {
	text = escape(text)
	if strings.HasPrefix(text, ".") || strings.HasPrefix(text, "'") {
		text = `\&` + text
	}
	r.WriteString(text + "\n")
}

// escape keeps formatters from reading anything into a text: a backslash is one, and a
// hyphen is the one of command lines.
func escape(s string) string {
	return strings.NewReplacer(`\`, `\e`, "-", `\-`, "\n", " ").Replace(s)
}

// prose writes paragraphs.
func (r *roff) prose(text string) {
	for i, paragraph := range paragraphs(text) {
		if verbatim(paragraph) {
			r.example(paragraph)
			continue
		}
		if i > 0 {
			r.request("PP")
		}
		for _, line := range paragraph {
			r.line(line)
		}
	}
}

// example writes lines as they are, set in.
func (r *roff) example(lines []string) {
	r.request("PP")
	r.WriteString(".RS 2\n.nf\n")
	for _, line := range lines {
		r.line(strings.TrimPrefix(line, "  "))
	}
	r.WriteString(".fi\n.RE\n")
}

// paragraphs cuts a text at its blank lines.
func paragraphs(text string) [][]string {
	var all [][]string
	var lines []string
	for line := range strings.Lines(text + "\n\n") {
		line = strings.TrimRight(line, " \n")
		switch {
		case line != "":
			lines = append(lines, line)
		case lines != nil:
			all, lines = append(all, lines), nil
		}
	}
	return all
}

func verbatim(paragraph []string) bool {
	for _, line := range paragraph {
		if !strings.HasPrefix(line, " ") {
			return false
		}
	}
	return true
}
