package show

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"coen/pgpwords"

	"rsc.io/qr"
)

// A Hash is what is shown.
type Hash struct {
	Title  string // what it is the hash of; printable
	Note   string // further facts: size, time
	Digest [sha256.Size]byte
}

// The size of the layout in points.
const (
	Width  = 1024
	Height = 768
)

// A canvas is something to draw on, with the origin at the top left.
type canvas interface {
	// text draws text of a fixed width of advance*size for each character from a
	// point of the baseline.
	text(x, y, size float64, s string)
	// box fills a rectangle with black.
	box(x, y, w, h float64)
}

// advance is the width of a character of Go Mono, and of what takes its place in
// a browser, for a size of 1.
const advance = 0.6

// Geometry. Words alternate between a column of the list with at most nine
// letters and one with at most eleven.
const (
	margin      = 26.0
	titleSize   = 30.0
	noteSize    = 17.0
	wordSize    = 34.0
	numberSize  = 15.0
	numberSpace = 24.0 // from a word's number to the word
	columnSpace = 10.0
	firstRow    = 132.0
	rowSpace    = 54.0
	hexSize     = 31.0
	hexTop      = 622.0
	hexSpace    = 56.0
	codeSize    = 208.0
	perRow      = 4
	even, odd   = 9, 11 // letters of the longest words
)

// groups returns the hexadecimal digits in groups of four.
func (h *Hash) groups() []string {
	digits := hex.EncodeToString(h.Digest[:])
	list := make([]string, 0, len(digits)/4)
	for ; digits != ""; digits = digits[4:] {
		list = append(list, digits[:4])
	}
	return list
}

// draw draws the layout.
func (h *Hash) draw(c canvas) error {
	c.text(margin, 48, titleSize, fit(h.Title, Width-2*margin, titleSize))
	c.text(margin, 78, noteSize, fit(h.Note, Width-2*margin, noteSize))
	c.box(margin, 90, Width-2*margin, 2)
	for i, word := range pgpwords.Words(h.Digest[:]) {
		x, y := margin, firstRow+rowSpace*float64(i/perRow)
		for column := range i % perRow {
			x += numberSpace + columnSpace + advance*wordSize*float64([]int{even, odd}[column%2])
		}
		c.text(x, y, numberSize, fmt.Sprintf("%2d", i+1))
		c.text(x+numberSpace, y, wordSize, word)
	}
	for i, group := range h.groups() {
		x := margin + float64(i%8)*5*advance*hexSize
		c.text(x, hexTop+hexSpace*float64(i/8), hexSize, group)
	}
	c.text(margin, hexTop-38, noteSize, "SHA-256")
	c.box(margin, hexTop-75, Width-2*margin-codeSize-10, 2)
	return h.code(c)
}

// quiet is the white border that a QR code needs, in modules (ISO/IEC 18004).
const quiet = 4

// code draws the QR code into the lower right corner.
func (h *Hash) code(c canvas) error {
	code, err := qr.Encode(hex.EncodeToString(h.Digest[:]), qr.M)
	if err != nil {
		return fmt.Errorf("qr code: %w", err)
	}
	module := float64(int(codeSize / float64(code.Size+quiet)))
	left := Width - margin - module*float64(code.Size)
	top := Height - margin - module*float64(code.Size)
	for y := range code.Size {
		for x := range code.Size {
			if code.Black(x, y) {
				c.box(left+module*float64(x), top+module*float64(y), module, module)
			}
		}
	}
	return nil
}

// fit leaves of a text what has room: its end, for that tells files apart.
func fit(s string, width, size float64) string {
	runes := []rune(s)
	if room := int(width / (advance * size)); len(runes) > room {
		return "…" + string(runes[len(runes)-room+1:])
	}
	return s
}
