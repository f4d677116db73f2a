package sheet

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
)

//go:embed sheet.html
var text string

var sheetTemplate = template.Must(template.New("sheet").Parse(text))

// HTML writes the sheet as a page that needs nothing besides itself and prints on
// one sheet of paper.
func HTML(w io.Writer, in *Input) error {
	p, err := newPage(in)
	if err != nil {
		return err
	}
	return sheetTemplate.Execute(w, p)
}

// Head is as much of the list of changes as there is room for on a page whose
// lines a browser sets.
func (p *page) Head() (lines []string) {
	room := 8
	if p.Open != nil {
		room = 4
	}
	all := p.Changes.List
	for i, c := range all {
		if i == room-1 && len(all) > room {
			return append(lines, fmt.Sprintf("and %d more", len(all)-i))
		}
		lines = append(lines, c.String())
	}
	return lines
}
