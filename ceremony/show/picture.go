package show

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"image/png"
	"io"
	"path/filepath"
	"strings"
	"time"

	"coen/ceremony/paper"
	"coen/pgpwords"

	"codeberg.org/go-pdf/fpdf"
)

// A Picture is a picture of a screen that is printed with its hash.
type Picture struct {
	Name string // of the file
	PNG  []byte // its content
}

// Sizes of a page with a picture, in points. Eight words and a quarter of the
// digits stand in a line.
const (
	pictureHead = 10.0
	pictureText = 8.0
	pictureLine = 12.0
	perLine     = 8
)

// WritePDF writes the picture, as large as the page in landscape has room, and
// below it the SHA-256 of the file in digits and words.
func (p *Picture) WritePDF(w io.Writer, size paper.Paper, at time.Time) error {
	// Decoding refuses what is no picture, and encoding again leaves out what
	// PDF has no place for, such as interlacing.
	img, err := png.Decode(bytes.NewReader(p.PNG))
	if err != nil {
		return fmt.Errorf("picture %q: %w", p.Name, err)
	}
	var plain bytes.Buffer
	if err := png.Encode(&plain, img); err != nil {
		return fmt.Errorf("picture %q: %w", p.Name, err)
	}
	width, height := size.Height, size.Width
	f := paper.New(paper.Paper{Name: size.Name, Width: width, Height: height}, at, p.Name)
	f.AddPage()
	f.SetFont("gomono", "B", pictureHead)
	f.Text(pdfMargin, pdfMargin+pictureHead, fit(filepath.Base(p.Name), width-2*pdfMargin, pictureHead))
	sum := sha256.Sum256(p.PNG)
	lines := hashLines(sum)
	top, bottom := pdfMargin+2*pictureHead, height-pdfMargin-pictureLine*float64(len(lines)+1)
	scale := min((width-2*pdfMargin)/float64(img.Bounds().Dx()), (bottom-top)/float64(img.Bounds().Dy()))
	w1, h1 := scale*float64(img.Bounds().Dx()), scale*float64(img.Bounds().Dy())
	options := fpdf.ImageOptions{ImageType: "PNG"}
	f.RegisterImageOptionsReader("picture", options, &plain)
	f.ImageOptions("picture", (width-w1)/2, top, w1, h1, false, options, 0, "")
	f.SetLineWidth(0.5)
	f.Rect((width-w1)/2, top, w1, h1, "D")
	f.SetFont("gomono", "", pictureText)
	for i, line := range lines {
		f.Text(pdfMargin, bottom+pictureLine*float64(i+2), line)
	}
	if err := f.Output(w); err != nil {
		return fmt.Errorf("pdf: %w", err)
	}
	return nil
}

// hashLines returns digits and words, as many to a line as belong together.
func hashLines(sum [sha256.Size]byte) []string {
	words := pgpwords.Words(sum[:])
	lines := []string{fmt.Sprintf("SHA-256: %x", sum)}
	for i := 0; i < len(words); i += perLine {
		lines = append(lines, fmt.Sprintf("%2d to %2d: %s", i+1, i+perLine, strings.Join(words[i:i+perLine], " ")))
	}
	return lines
}
