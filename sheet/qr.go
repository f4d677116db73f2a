package sheet

import (
	"fmt"
	"strings"

	"rsc.io/qr"
)

// A code is a QR code as rows of modules.
type code struct{ *qr.Code }

// quiet is the margin that readers need around the code, in modules (ISO/IEC
// 18004 section 6.3.8).
const quiet = 4

// newCode encodes a text with error correction level M: 15 % of the code may be
// soiled, and a hash with a file name still has modules of a millimetre.
func newCode(text string) (*code, error) {
	c, err := qr.Encode(text, qr.M)
	if err != nil {
		return nil, fmt.Errorf("QR code: %w", err)
	}
	return &code{c}, nil
}

// runs calls draw for each run of black modules: row, first column, length.
func (c *code) runs(draw func(y, x, n int)) {
	for y := range c.Size {
		for x := 0; x < c.Size; x++ {
			n := 0
			for c.Black(x+n, y) {
				n++
			}
			if n > 0 {
				draw(y, x, n)
				x += n
			}
		}
	}
}

// Side is the length of the code with its margin, in modules.
func (c *code) Side() int { return c.Size + 2*quiet }

// Path is the code as an SVG path, one unit to a module.
func (c *code) Path() string {
	var b strings.Builder
	c.runs(func(y, x, n int) { fmt.Fprintf(&b, "M%d %dh%dv1h-%dz", x+quiet, y+quiet, n, n) })
	return b.String()
}
