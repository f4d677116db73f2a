package sheet

import (
	_ "embed"
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

// Names is as many of the builders who agree as there is room for likewise.
func (p *page) Names() []string {
	if p.Open != nil {
		return shortened(p.Agree, 5)
	}
	return shortened(p.Agree, 12)
}

// Head is as much of the list of changes as there is room for on a page whose
// lines a browser sets.
func (p *page) Head() (lines []string) {
	room := 8
	if p.Open != nil {
		room = 4
	}
	for _, c := range p.Changes.List {
		lines = append(lines, c.String())
	}
	return shortened(lines, room)
}
