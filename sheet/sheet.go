package sheet

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"coen/attest/manifest"
	"coen/debian/archive"
	"coen/pgpwords"
)

// An Input is what a sheet tells.
type Input struct {
	Manifest *manifest.Manifest
	// Agree and Dissent are builders as people call them; Groups is how many
	// groups those are from who agree. All may be empty.
	Agree, Dissent []string
	Groups         int
	// Changes since the release before, or nil.
	Changes *Changes
	Paper   Paper
}

// A Paper is a size of paper.
type Paper struct {
	Name          string  // as CSS knows it
	Width, Height float64 // in millimetres
}

// The papers there are.
var (
	A4     = Paper{"A4", 210, 297}
	Letter = Paper{"letter", 215.9, 279.4}
)

// Papers lists them by the names that people give.
var Papers = map[string]Paper{"a4": A4, "letter": Letter}

// How much of what may not be left out there is room for.
const (
	maxOverlays = 4
	maxDissent  = 3
)

// A page is a sheet's content, laid out but for the place of things.
type page struct {
	Title, Release string
	ISO, Size      string
	Hash           hash
	// Open is the image without vendors' overlays, or nil.
	Open    *hash
	QR      *code
	Agree   []string
	Dissent []string
	Verdict string
	Changes *Changes
	Inputs  [][2]string // names and digests of what went in
	Paper   Paper
}

// A hash is a SHA-256 as people compare it.
type hash struct {
	Groups [16]string    // four digits each
	Words  [4][8]counted // by column
}

// A counted word has its number, from 1.
type counted struct {
	Number int
	Word   string
}

func newHash(d archive.Digest) hash {
	var h hash
	text := d.String()
	for i := range h.Groups {
		h.Groups[i] = text[4*i : 4*i+4]
	}
	for i, w := range pgpwords.Words(d[:]) {
		h.Words[i/8][i%8] = counted{i + 1, w}
	}
	return h
}

func newPage(in *Input) (*page, error) {
	m := in.Manifest
	p := &page{
		Title:   strings.ToUpper(m.Image),
		Release: m.Release,
		ISO:     m.ISO,
		Size:    thousands(m.Size) + " bytes",
		Hash:    newHash(m.SHA256),
		Agree:   in.Agree,
		Dissent: in.Dissent,
		Changes: in.Changes,
		Inputs:  [][2]string{{"Recipe", m.Recipe.String()}, {"Lock", m.Lock.String()}},
		Paper:   in.Paper,
	}
	if len(in.Agree) > 0 {
		p.Verdict = fmt.Sprintf("%s from %s built this ISO.", count(len(in.Agree), "builder"), count(in.Groups, "group"))
	}
	for _, o := range m.Overlays {
		p.Inputs = append(p.Inputs, [2]string{"Overlay " + o.Name, o.SHA256.String()})
	}
	if len(m.Overlays) > 0 {
		open := newHash(m.Open)
		p.Open = &open
	}
	if len(m.Overlays) > maxOverlays || len(in.Dissent) > maxDissent {
		return nil, errors.New("sheet: more overlays or builders in dissent than one page has room for")
	}
	var err error
	p.QR, err = newCode(fmt.Sprintf("%s  %s", m.SHA256, m.ISO))
	return p, err
}

// Rows are the lines to sign on.
func (p *page) Rows() []struct{} {
	if p.Open != nil {
		return make([]struct{}, 2)
	}
	return make([]struct{}, 4)
}

// shortened returns at most n lines, of which the last says how many more there
// are if there are.
func shortened(lines []string, n int) []string {
	if len(lines) <= n {
		return lines
	}
	short := slices.Clone(lines[:n-1])
	return append(short, fmt.Sprintf("and %d more", len(lines)-n+1))
}

// thousands writes a number with a blank between each three digits.
func thousands(n int64) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + " " + s[i:]
	}
	return s
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
