package paper

import (
	"fmt"
	"io"
	"time"
	"unicode/utf8"

	"codeberg.org/go-pdf/fpdf"
)

// A Paper is a size of paper.
type Paper struct {
	Name          string // as CUPS calls it
	Width, Height float64
}

// The papers. Sizes are in points of 1/72 inch (ISO 216; ANSI Y14.1).
var (
	A4     = Paper{"A4", 595.28, 841.89}
	Letter = Paper{"Letter", 612, 792}
)

// Papers are those that can be chosen.
var Papers = []Paper{A4, Letter}

// Sizes of type in points: that of logs, and that of pages read aloud.
const (
	LogSize   = 7.5
	ProofSize = 10.0
)

// A Document is text to be printed.
type Document struct {
	Left  string // head of each page, left: the name of the file
	Right string // right; "" for the page's number
	Foot  string // below each page; may be ""
	Text  []byte
	Paper Paper
	Size  float64   // of the type, in points
	Time  time.Time // of the PDF
}

// Geometry of a page in points. The margins are those that any printer can print
// on; what is outside belongs to punches.
const (
	side      = 42.0
	top       = 36.0
	bottom    = 36.0
	headSize  = 9.0
	footSize  = 6.5
	headSpace = 24.0 // from the top margin to the text
	footSpace = 16.0 // from the text to the bottom margin
	leading   = 1.2  // distance of lines for a size of 1
	gutter    = 2    // columns left of the text, for the marks of continued lines
	mark      = "→"
)

// columns returns how many characters a line has.
func (d *Document) columns() int {
	return int((d.Paper.Width-2*side)/(advance*d.Size)) - gutter
}

// rows returns how many lines a page has.
func (d *Document) rows() int {
	return int((d.Paper.Height - top - bottom - headSpace - footSpace) / (leading * d.Size))
}

// pages breaks the text into pages. A document without text has one empty page.
func (d *Document) pages() [][]line {
	lines, rows := layOut(d.Text, d.columns()), d.rows()
	pages := [][]line{lines[:min(rows, len(lines))]}
	for at := rows; at < len(lines); at += rows {
		pages = append(pages, lines[at:min(at+rows, len(lines))])
	}
	return pages
}

// Pages returns how many pages the document has.
func (d *Document) Pages() int { return len(d.pages()) }

// WritePDF writes the document.
func (d *Document) WritePDF(w io.Writer) error {
	f := New(d.Paper, d.Time, d.Left)
	pages := d.pages()
	for i, lines := range pages {
		f.AddPage()
		d.frame(f, i+1, len(pages))
		for row, l := range lines {
			d.line(f, row, l)
		}
	}
	if err := f.Output(w); err != nil {
		return fmt.Errorf("pdf of %q: %w", d.Left, err)
	}
	return nil
}

// New returns an empty PDF of pages of the given size whose bytes depend on
// what is drawn and on nothing else, with the fonts "gomono" and "gomono" bold.
func New(p Paper, at time.Time, title string) *fpdf.Fpdf {
	f := fpdf.NewCustom(&fpdf.InitType{UnitStr: "pt", Size: fpdf.SizeType{Wd: p.Width, Ht: p.Height}})
	f.SetCatalogSort(true)
	f.SetCreationDate(at.UTC())
	f.SetModificationDate(at.UTC())
	f.SetProducer("COEN", false)
	f.SetTitle(title, true)
	f.SetAutoPageBreak(false, 0)
	addFonts(f)
	return f
}

// frame draws head and foot of a page.
func (d *Document) frame(f *fpdf.Fpdf, page, pages int) {
	right := d.Right
	if right == "" {
		right = fmt.Sprintf("Page %d of %d", page, pages)
	}
	fit := int((d.Paper.Width-2*side)/(advance*headSize)) - utf8.RuneCountInString(right) - 2
	f.SetFont(family, bold, headSize)
	baseline := top + headSize
	f.Text(side, baseline, shorten(d.Left, fit))
	f.Text(d.Paper.Width-side-advance*headSize*float64(utf8.RuneCountInString(right)), baseline, right)
	f.SetDrawColor(0, 0, 0)
	f.SetLineWidth(0.5)
	f.Line(side, baseline+4, d.Paper.Width-side, baseline+4)
	f.SetFont(family, regular, footSize)
	f.Text(side, d.Paper.Height-bottom, d.Foot)
}

// shorten leaves of a name what has room, its end, which tells files apart.
// What cannot be drawn is written as in the text.
func shorten(name string, fit int) string {
	b := breaker{columns: len(name)*8 + 1}
	b.add([]byte(name))
	shown := []rune(b.end()[0].String())
	if len(shown) > fit {
		return "…" + string(shown[len(shown)-fit+1:])
	}
	return string(shown)
}

// line draws a line of text.
func (d *Document) line(f *fpdf.Fpdf, row int, l line) {
	width := advance * d.Size
	baseline := top + headSpace + d.Size + float64(row)*leading*d.Size
	f.SetFont(family, regular, d.Size)
	if l.continued {
		f.Text(side, baseline, mark)
	}
	x := side + gutter*width
	for _, s := range l.spans {
		length := width * float64(utf8.RuneCountInString(s.text))
		if s.escape {
			f.SetFillColor(215, 215, 215)
			f.Rect(x, baseline-0.85*d.Size, length, 1.1*d.Size, "F")
		}
		f.Text(x, baseline, s.text)
		x += length
	}
}
