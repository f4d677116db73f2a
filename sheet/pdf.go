package sheet

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"codeberg.org/go-pdf/fpdf"
)

// stamp is the date in every PDF: the format wants one, and a sheet's bytes depend
// on nothing but what it says.
var stamp = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// Measures of the page in millimetres.
const (
	margin  = 15.0 // left, right and below
	top     = 12.0
	gap     = 5.0  // between columns
	qrSide  = 46.0 // of the code without its quiet zone, which the page provides
	sigLine = 11.0 // from one line for a signature to the next
	small   = 4.3  // from one line of small print to the next
)

// PDF writes the sheet as a PDF of one page.
func PDF(w io.Writer, in *Input) error {
	p, err := newPage(in)
	if err != nil {
		return err
	}
	f := fpdf.NewCustom(&fpdf.InitType{UnitStr: "mm", Size: fpdf.SizeType{Wd: p.Paper.Width, Ht: p.Paper.Height}})
	f.SetCreationDate(stamp)
	f.SetModificationDate(stamp)
	f.SetCatalogSort(true)
	f.SetCompression(false) // the bytes would depend on the compressor's release
	f.SetAutoPageBreak(false, 0)
	f.SetTitle(fmt.Sprintf("%s %s, witness sheet", p.Title, p.Release), false)
	f.AddPage()
	d := drawing{Fpdf: f, page: p, left: margin, right: p.Paper.Width - margin, y: top}
	d.sheet()
	return f.Output(w)
}

// A drawing goes down the page.
type drawing struct {
	*fpdf.Fpdf
	*page
	left, right float64
	y           float64
}

func (d *drawing) sheet() {
	d.head()
	d.hash()
	d.words()
	if d.Open != nil {
		d.open()
	}
	foot := d.signatures()
	foot = d.inputs(foot)
	d.columns(foot)
}

// put writes a text with its baseline at y and returns its width.
func (d *drawing) put(x, y float64, family, style string, size float64, text string) float64 {
	d.SetFont(family, style, size)
	d.Text(x, y, text)
	return d.GetStringWidth(text)
}

func (d *drawing) putRight(x, y float64, family, style string, size float64, text string) {
	d.SetFont(family, style, size)
	d.Text(x-d.GetStringWidth(text), y, text)
}

// fit writes a text no wider than width: smaller if it must be, and then cut with
// dots.
func (d *drawing) fit(x, y, width float64, family, style string, size float64, text string) {
	const smallest = 6.5
	for d.SetFont(family, style, size); d.GetStringWidth(text) > width && size > smallest; {
		size -= 0.5
		d.SetFontSize(size)
	}
	for cut := text; d.GetStringWidth(text) > width && len(cut) > 0; {
		cut = cut[:len(cut)-1]
		text = cut + "..."
	}
	d.Text(x, y, text)
}

// label writes a small heading with a rule above it.
func (d *drawing) label(x, right, y float64, text string) {
	d.SetLineWidth(0.2)
	d.Line(x, y, right, y)
	d.SetTextColor(90, 90, 90)
	d.put(x, y+4, "Helvetica", "B", 8, text)
	d.SetTextColor(0, 0, 0)
}

func (d *drawing) head() {
	size := 34.0
	for d.SetFont("Helvetica", "B", size); d.GetStringWidth(d.Title+d.Release)+10 > d.right-d.left-35 && size > 8; {
		size--
		d.SetFontSize(size)
	}
	w := d.put(d.left, d.y+9, "Helvetica", "B", size, d.Title)
	d.put(d.left+w+5, d.y+9, "Helvetica", "", size, d.Release)
	d.putRight(d.right, d.y+9, "Helvetica", "", 13, "Witness sheet")
	d.SetLineWidth(1)
	d.Line(d.left, d.y+14, d.right, d.y+14)
	d.put(d.left, d.y+20.5, "Helvetica", "B", 13, d.ISO)
	d.putRight(d.right, d.y+20.5, "Helvetica", "B", 13, d.Size)
	d.y += 25
}

// hash draws the digits, four rows of four groups, and the code beside them.
func (d *drawing) hash() {
	d.label(d.left, d.right, d.y, "SHA-256")
	const row, column = 12.0, 30.5
	for i, g := range d.Hash.Groups {
		d.put(d.left+column*float64(i%4), d.y+15.2+row*float64(i/4), "Courier", "B", 33, g)
	}
	d.drawCode(d.right-qrSide, d.y+6, qrSide)
	d.y += 57
}

func (d *drawing) drawCode(x, y, side float64) {
	m := side / float64(d.QR.Size)
	d.QR.runs(func(row, column, n int) {
		left, above := x+m*float64(column), y+m*float64(row)
		right, below := left+m*float64(n), above+m
		d.MoveTo(left, above)
		d.LineTo(right, above)
		d.LineTo(right, below)
		d.LineTo(left, below)
		d.ClosePath()
	})
	d.DrawPath("F") // all at once, so that no hairlines show between modules
}

// words draws the words in four columns, to be read downwards.
func (d *drawing) words() {
	d.label(d.left, d.right, d.y, "PGP WORDS, down each column")
	row, below := 7.4, 7.0
	if d.Open != nil {
		row, below = 6.4, 4.5
	}
	column := (d.right - d.left) / 4
	for c, words := range d.Hash.Words {
		x := d.left + column*float64(c)
		for r, w := range words {
			y := d.y + 11 + row*float64(r)
			d.SetTextColor(90, 90, 90)
			d.putRight(x+5, y, "Helvetica", "", 9, fmt.Sprint(w.Number))
			d.SetTextColor(0, 0, 0)
			d.put(x+7, y, "Helvetica", "B", 16, w.Word)
		}
	}
	d.y += 11 + 7*row + below
}

// open draws the hash of the image without overlays, smaller.
func (d *drawing) open() {
	d.label(d.left, d.right, d.y, "SHA-256 OF THE OPEN IMAGE, without overlays: the one that everybody can rebuild")
	column := (d.right - d.left) / 16
	for i, g := range d.Open.Groups {
		d.put(d.left+column*float64(i), d.y+9, "Courier", "B", 12, g)
	}
	column = (d.right - d.left) / 8
	for c, words := range d.Open.Words { // across, eight to a row, to save height
		for r, w := range words {
			d.put(d.left+column*float64(r), d.y+13.5+3.7*float64(c), "Helvetica", "", 9, w.Word)
		}
	}
	d.y += 13.5 + 3.7*3 + 3.5
}

// columns draws builders and changes side by side, as far as there is room above
// bottom.
func (d *drawing) columns(bottom float64) {
	middle := (d.left + d.right) / 2
	switch {
	case len(d.Agree)+len(d.Dissent) == 0 && d.Changes == nil:
	case d.Changes == nil:
		d.builders(d.left, d.right, bottom)
	case len(d.Agree)+len(d.Dissent) == 0:
		d.changes(d.left, d.right, bottom)
	default:
		d.builders(d.left, middle-gap/2, bottom)
		d.changes(middle+gap/2, d.right, bottom)
	}
}

// lines draws as many lines as there is room for above bottom, and says how many
// there are more.
func (d *drawing) lines(x, right, y, bottom, step float64, style string, size float64, all []string) {
	for i, text := range all {
		if y+step > bottom && i < len(all)-1 {
			d.put(x, y, "Helvetica", "I", size, fmt.Sprintf("and %d more", len(all)-i))
			return
		}
		d.fit(x, y, right-x, "Helvetica", style, size, text)
		y += step
	}
}

func (d *drawing) builders(x, right, bottom float64) {
	const step = 5.0
	d.label(x, right, d.y, "BUILT ALIKE BY")
	y := d.y + 9
	for _, name := range d.Dissent { // white on black, for nobody to miss
		d.Rect(x, y-3.7, right-x, step, "F")
		d.SetTextColor(255, 255, 255)
		d.fit(x+1, y, right-x-2, "Helvetica", "B", 11, "DISSENT: "+name)
		d.SetTextColor(0, 0, 0)
		y += step + 0.5
	}
	d.fit(x, y, right-x, "Helvetica", "", 9, d.Verdict)
	y += step
	rows := max(1, int((bottom-y)/step)+1)
	d.lines(x, right, y, bottom, step, "B", 11, gathered(d.Agree, rows))
}

// gathered puts names together in at most n rows, two to a row if that is needed.
func gathered(names []string, n int) (rows []string) {
	per := 1
	if len(names) > n {
		per = 2
	}
	for part := range slices.Chunk(shortened(names, n*per), per) {
		rows = append(rows, strings.Join(part, ", "))
	}
	return rows
}

func (d *drawing) changes(x, right, bottom float64) {
	d.label(x, right, d.y, "PACKAGES SINCE "+d.Changes.Since)
	d.fit(x, d.y+9, right-x, "Helvetica", "", 9, d.Changes.Summary())
	var all []string
	for _, c := range d.Changes.List {
		all = append(all, c.String())
	}
	d.lines(x, right, d.y+13.5, bottom, 3.8, "", 8, all)
}

// inputs draws the digests of what went in, above bottom, and returns the bottom
// of what is above them.
func (d *drawing) inputs(bottom float64) float64 {
	above := bottom - small*float64(len(d.Inputs)) - 4.5
	d.label(d.left, d.right, above, "BUILT FROM, by SHA-256")
	for i, in := range d.Inputs {
		y := above + 8 + small*float64(i)
		d.fit(d.left, y, 36, "Helvetica", "", 8, in[0])
		d.put(d.left+38, y, "Courier", "", 9, in[1])
	}
	return above - 1.5
}

// signatures draws lines to sign on, at the foot, and returns where they begin.
func (d *drawing) signatures() float64 {
	rows := len(d.Rows())
	above := d.Paper.Height - margin - sigLine*float64(rows) - 2
	d.label(d.left, d.right, above, "I compared what I used with this sheet, and it was the same.")
	for i := range rows {
		y := above + 2 + sigLine*float64(i+1)
		d.blank(y, 0, 0.36, "Name")
		d.blank(y, 0.38, 0.78, "Signature")
		d.blank(y, 0.80, 1, "Date")
	}
	return above - 3
}

// blank draws a line to write on, between two fractions of the width.
func (d *drawing) blank(y, from, to float64, what string) {
	width := d.right - d.left
	d.SetLineWidth(0.3)
	d.Line(d.left+width*from, y, d.left+width*to, y)
	d.SetTextColor(90, 90, 90)
	d.put(d.left+width*from, y+2.8, "Helvetica", "", 6.5, what)
	d.SetTextColor(0, 0, 0)
}
