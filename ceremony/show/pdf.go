package show

import (
	"fmt"
	"io"
	"time"

	"coen/ceremony/paper"

	"codeberg.org/go-pdf/fpdf"
)

// pdfMargin is left free around the layout, in points.
const pdfMargin = 36

// WritePDF writes the hash as one page in landscape. For one hash, paper and time
// there is one PDF.
func (h *Hash) WritePDF(w io.Writer, p paper.Paper, at time.Time) error {
	f := paper.New(paper.Paper{Name: p.Name, Width: p.Height, Height: p.Width}, at, h.Title)
	f.AddPage()
	scale := min((p.Height-2*pdfMargin)/Width, (p.Width-2*pdfMargin)/Height)
	page := &page{f, scale, (p.Height - scale*Width) / 2, (p.Width - scale*Height) / 2}
	if err := h.draw(page); err != nil {
		return err
	}
	if err := f.Output(w); err != nil {
		return fmt.Errorf("pdf: %w", err)
	}
	return nil
}

// A page is a canvas of a PDF.
type page struct {
	pdf              *fpdf.Fpdf
	scale, left, top float64
}

func (p *page) text(x, y, size float64, s string) {
	p.pdf.SetFont("gomono", "B", size*p.scale)
	p.pdf.Text(p.left+x*p.scale, p.top+y*p.scale, s)
}

func (p *page) box(x, y, w, h float64) {
	p.pdf.SetFillColor(0, 0, 0)
	p.pdf.Rect(p.left+x*p.scale, p.top+y*p.scale, w*p.scale, h*p.scale, "F")
}
