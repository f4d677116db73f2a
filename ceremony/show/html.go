package show

import (
	"fmt"
	"html"
	"io"
	"strings"
	"unicode/utf8"
)

// WriteHTML writes the hash as a page that fills a browser's window and needs
// nothing but itself.
func (h *Hash) WriteHTML(w io.Writer) error {
	var s svg
	if err := h.draw(&s); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, `<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<title>%s</title>
<style>
body { margin: 0; background: #fff }
svg { display: block; width: 100vw; height: 100vh }
text { font-family: "Go Mono", "DejaVu Sans Mono", monospace; font-weight: bold; white-space: pre }
</style>
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d">
%s</svg>
`, html.EscapeString(h.Title), Width, Height, s.String())
	return err
}

// An svg is a canvas of elements.
type svg struct{ strings.Builder }

// text stretches what it draws to the layout's width: the browser's font may
// have another.
func (s *svg) text(x, y, size float64, text string) {
	fmt.Fprintf(s, "<text x=\"%.1f\" y=\"%.1f\" font-size=\"%g\" textLength=\"%.1f\" lengthAdjust=\"spacingAndGlyphs\">%s</text>\n",
		x, y, size, advance*size*float64(utf8.RuneCountInString(text)), html.EscapeString(text))
}

func (s *svg) box(x, y, w, h float64) {
	fmt.Fprintf(s, "<rect x=\"%.1f\" y=\"%.1f\" width=\"%g\" height=\"%g\"/>\n", x, y, w, h)
}
