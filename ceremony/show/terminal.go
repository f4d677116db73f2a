package show

import (
	"fmt"
	"image"
	"strings"

	"coen/pgpwords"

	"golang.org/x/image/font"
	"golang.org/x/image/font/basicfont"
	"golang.org/x/image/math/fixed"
)

// Plain returns the hash as programs and people compare it: in two lines.
func (h *Hash) Plain() string {
	return fmt.Sprintf("SHA-256:    %x\nPGP Words:  %s\n", h.Digest, pgpwords.String(h.Digest[:]))
}

// Wide returns the hash as text that is easy to read aloud, for a terminal of 80
// by 24 characters.
func (h *Hash) Wide() string {
	var b strings.Builder
	fmt.Fprintf(&b, "  %s\n  %s\n\n", h.Title, h.Note)
	for i, word := range pgpwords.Words(h.Digest[:]) {
		width := []int{even, odd}[i%2] + 3
		fmt.Fprintf(&b, "  %2d %-*s", i+1, width, word)
		if i%perRow == perRow-1 {
			b.WriteByte('\n')
			if i%(2*perRow) == 2*perRow-1 {
				b.WriteByte('\n')
			}
		}
	}
	for i, group := range h.groups() {
		fmt.Fprintf(&b, "  %s", group)
		if i%8 == 7 {
			b.WriteByte('\n')
		}
	}
	return trimLines(b.String())
}

// Block letters are drawn from a bitmap font, four pixels to a character.
const (
	letterWidth  = 7
	letterHeight = 13
	letterRows   = (letterHeight + 1) / 2
)

// quadrants are the characters for four pixels: 1 upper left, 2 upper right, 4
// lower left, 8 lower right.
var quadrants = []rune(" ▘▝▀▖▌▞▛▗▚▐▜▄▙▟█")

// Screens returns the words in block letters, as many to a screen of the given
// size as fit, two to a row where there is room. A terminal that is too small for
// the longest word gets none.
func (h *Hash) Screens(columns, rows int) []string {
	const gap = 3
	wide := func(letters int) int { return 3 + (letters*letterWidth+1)/2 + gap }
	across := 0
	switch {
	case columns >= wide(even)+wide(odd):
		across = 2
	case columns >= wide(odd):
		across = 1
	}
	down := (rows - 1) / (letterRows + 1)
	if across == 0 || down == 0 {
		return nil
	}
	var screens []string
	words := pgpwords.Words(h.Digest[:])
	for at := 0; at < len(words); {
		var b strings.Builder
		for range down {
			var line [letterRows]string
			for range across {
				if at < len(words) {
					appendBlock(&line, at, words[at], wide(even+at%2*(odd-even)))
					at++
				}
			}
			b.WriteString(strings.Join(line[:], "\n") + "\n\n")
		}
		screens = append(screens, trimLines(b.String()))
	}
	return screens
}

// appendBlock appends a numbered word in block letters to lines of text.
func appendBlock(lines *[letterRows]string, index int, word string, width int) {
	for i, row := range block(word) {
		number := "   "
		if i == letterRows/2 {
			number = fmt.Sprintf("%2d ", index+1)
		}
		lines[i] += number + row + strings.Repeat(" ", max(0, width-3-len([]rune(row))))
	}
}

// Banner draws a few words in letters several times as large as those of the
// terminal, seven columns each.
func Banner(text string) string {
	img := bitmap(text)
	var b strings.Builder
	for y := 0; y < 2*letterRows; y += 2 {
		for x := range img.Rect.Dx() {
			cell := 0
			for i, at := range []image.Point{{x, y}, {x, y}, {x, y + 1}, {x, y + 1}} {
				if img.AlphaAt(at.X, at.Y).A > 0 {
					cell |= 1 << i
				}
			}
			b.WriteRune(quadrants[cell])
		}
		b.WriteByte('\n')
	}
	return strings.TrimRight(trimLines(b.String()), "\n") + "\n"
}

// bitmap draws text with one pixel for each point of the font.
func bitmap(text string) *image.Alpha {
	img := image.NewAlpha(image.Rect(0, 0, len(text)*letterWidth+1, 2*letterRows))
	d := font.Drawer{Dst: img, Src: image.Opaque, Face: basicfont.Face7x13, Dot: fixed.P(0, basicfont.Face7x13.Ascent)}
	d.DrawString(text)
	return img
}

// block draws a word.
func block(word string) [letterRows]string {
	img := bitmap(word)
	var rows [letterRows]string
	for y := range letterRows {
		for x := 0; x < img.Rect.Dx()-1; x += 2 {
			cell := 0
			for i, at := range []image.Point{{x, 2 * y}, {x + 1, 2 * y}, {x, 2*y + 1}, {x + 1, 2*y + 1}} {
				if img.AlphaAt(at.X, at.Y).A > 0 {
					cell |= 1 << i
				}
			}
			rows[y] += string(quadrants[cell])
		}
	}
	return rows
}

// trimLines removes blanks at the ends of lines.
func trimLines(s string) string {
	lines := strings.Split(s, "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n")
}
