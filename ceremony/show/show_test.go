package show_test

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"coen/ceremony/paper"
	"coen/ceremony/show"
	"coen/internal/oracle"
	"coen/pgpwords"

	"rsc.io/qr"
)

// released is the hash that was read aloud at a release of the predecessor.
const released = "4d2d61b982550df637102701e73a14f292d51bf98b823fc9724e0d9a8e91cead"

func hash(t testing.TB) *show.Hash {
	t.Helper()
	h := &show.Hash{Title: "/media/KSRFD/ksr-root-2026-q4-0.xml", Note: "4711 bytes"}
	digest, err := hex.DecodeString(released)
	if err != nil {
		t.Fatal(err)
	}
	copy(h.Digest[:], digest)
	return h
}

func drawn(t *testing.T, h *show.Hash) image.Image {
	t.Helper()
	var b bytes.Buffer
	if err := h.WritePNG(&b); err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(&b)
	if err != nil {
		t.Fatal(err)
	}
	return img
}

func black(c color.Color) bool {
	r, _, _, _ := c.RGBA()
	return r < 0x8000
}

// TestPNG checks the size of the image, that nothing touches its border, and that
// the QR code has the modules that the digits have, within their quiet zone.
func TestPNG(t *testing.T) {
	h := hash(t)
	img := drawn(t, h)
	if img.Bounds() != image.Rect(0, 0, show.Width, show.Height) {
		t.Fatalf("bounds %v", img.Bounds())
	}
	for x := range show.Width {
		for y := range show.Height {
			border := x < 20 || y < 20 || x >= show.Width-20 || y >= show.Height-20
			if border && black(img.At(x, y)) {
				t.Fatalf("%d,%d is black", x, y)
			}
		}
	}
	code, err := qr.Encode(released, qr.M)
	if err != nil {
		t.Fatal(err)
	}
	const module, end = 5, 26
	left, top := show.Width-end-module*code.Size, show.Height-end-module*code.Size
	for x := -4; x < code.Size+4; x++ {
		for y := -4; y < code.Size+4; y++ {
			at := image.Pt(left+module*x+module/2, top+module*y+module/2)
			if y >= -1 && black(img.At(at.X, at.Y)) != code.Black(x, y) {
				t.Fatalf("module %d,%d is wrong", x, y)
			}
		}
	}
}

// TestLongest checks that the longest words and an endless title keep apart: the
// columns between words stay white.
func TestLongest(t *testing.T) {
	h := &show.Hash{Title: strings.Repeat("/media/KSRFD", 40), Note: "x"}
	for i := range h.Digest {
		longest := 0
		for c := range 256 {
			word := pgpwords.Words([]byte{byte(c), byte(c)})[i%2]
			if n := len(word); n > longest {
				h.Digest[i], longest = byte(c), n
			}
		}
	}
	img := drawn(t, h)
	white := 0
	for x := 0; x < show.Width; x++ {
		if !slices.ContainsFunc(rows(100, 530), func(y int) bool { return black(img.At(x, y)) }) {
			white++
		}
	}
	if white < 60 {
		t.Errorf("only %d columns of pixels between the words are white", white)
	}
}

func rows(from, to int) []int {
	list := make([]int, 0, to-from)
	for y := from; y < to; y++ {
		list = append(list, y)
	}
	return list
}

// TestText checks that all words and digits can be read by poppler and, in the
// same order, in the page for browsers and on the terminal.
func TestText(t *testing.T) {
	h := hash(t)
	words, at := pgpwords.Words(h.Digest[:]), time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	var pdf, again, page bytes.Buffer
	for _, b := range []*bytes.Buffer{&pdf, &again} {
		if err := h.WritePDF(b, paper.A4, at); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(pdf.Bytes(), again.Bytes()) {
		t.Error("the PDF of the same hash differs")
	}
	if err := h.WriteHTML(&page); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "hash.pdf")
	if err := os.WriteFile(name, pdf.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	for kind, text := range map[string]string{
		"pdf": oracle.Run(t, "pdftotext", "-layout", name, "-"), "html": page.String(), "wide": h.Wide(),
	} {
		rest := text
		for i, word := range words {
			number := fmt.Sprint(i + 1)
			_, after, ok := strings.Cut(rest, number)
			if ok {
				_, after, ok = strings.Cut(after, word)
			}
			if !ok {
				t.Fatalf("%s: %d %s is missing", kind, i+1, word)
			}
			rest = after
		}
		for digits := released; digits != ""; digits = digits[4:] {
			if !strings.Contains(rest, digits[:4]) {
				t.Errorf("%s: %s is missing", kind, digits[:4])
			}
		}
		if !strings.Contains(text, h.Title) {
			t.Errorf("%s: no title", kind)
		}
	}
}

func TestTerminal(t *testing.T) {
	h := hash(t)
	for line := range strings.SplitSeq(h.Wide(), "\n") {
		if len(line) > 80 {
			t.Errorf("%q is longer than a terminal is wide", line)
		}
	}
	if n := strings.Count(h.Wide(), "\n"); n > 23 {
		t.Errorf("%d lines are more than a terminal has", n)
	}
	for _, size := range []struct{ columns, rows, screens int }{{128, 48, 4}, {100, 30, 6}, {80, 24, 0}, {50, 24, 16}, {30, 24, 0}, {100, 5, 0}} {
		screens := h.Screens(size.columns, size.rows)
		if size.screens > 0 && len(screens) != size.screens {
			t.Errorf("%dx%d: %d screens, want %d", size.columns, size.rows, len(screens), size.screens)
		}
		all := strings.Join(screens, "\n")
		for i := range h.Digest {
			if len(screens) > 0 && !strings.Contains(all, fmt.Sprintf("%2d ", i+1)) {
				t.Errorf("%dx%d: word %d is missing", size.columns, size.rows, i+1)
			}
		}
		for _, s := range screens {
			lines := strings.Split(s, "\n")
			if len(lines) > size.rows {
				t.Errorf("%dx%d: a screen of %d lines", size.columns, size.rows, len(lines))
			}
			for _, line := range lines {
				if n := utf8.RuneCountInString(line); n > size.columns {
					t.Errorf("%dx%d: a line of %d", size.columns, size.rows, n)
				}
			}
		}
	}
}

func ExampleHash_Plain() {
	h := show.Hash{}
	fmt.Print(h.Plain()[:40])
	// Output: SHA-256:    0000000000000000000000000000
}

func BenchmarkWritePNG(b *testing.B) {
	h := hash(b)
	for b.Loop() {
		if err := h.WritePNG(&bytes.Buffer{}); err != nil {
			b.Fatal(err)
		}
	}
}
