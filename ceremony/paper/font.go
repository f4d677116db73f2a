package paper

import (
	"bytes"
	"fmt"
	"sync"

	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/image/font/gofont/gomono"
	"golang.org/x/image/font/gofont/gomonobold"
	"golang.org/x/image/font/sfnt"
)

// The family of the fonts and their styles in a PDF.
const (
	family  = "gomono"
	regular = ""
	bold    = "B"
)

// advance is the width of every glyph of Go Mono, for a size of 1: 1229 units
// of 2048 to an em, which fpdf rounds to thousandths.
const advance = 0.6

// addFonts makes the fonts known to a PDF. fpdf changes the bytes it is given.
func addFonts(f *fpdf.Fpdf) {
	f.AddUTF8FontFromBytes(family, regular, bytes.Clone(gomono.TTF))
	f.AddUTF8FontFromBytes(family, bold, bytes.Clone(gomonobold.TTF))
}

// glyphs knows which characters the font has.
var glyphs = sync.OnceValue(func() *coverage {
	f, err := sfnt.Parse(gomono.TTF)
	if err != nil {
		panic(fmt.Sprintf("the embedded font: %v", err))
	}
	return &coverage{font: f, known: map[rune]bool{}}
})

// A coverage remembers what was asked of a font.
type coverage struct {
	mu    sync.Mutex
	font  *sfnt.Font
	buf   sfnt.Buffer
	known map[rune]bool
}

// has reports whether the font has a glyph for a character.
func (c *coverage) has(r rune) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	known, ok := c.known[r]
	if !ok {
		index, err := c.font.GlyphIndex(&c.buf, r)
		known = err == nil && index != 0
		c.known[r] = known
	}
	return known
}
