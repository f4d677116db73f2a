package show

import (
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gomonobold"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
)

// WritePNG writes the hash as an image of 1024 by 768 pixels.
func (h *Hash) WritePNG(w io.Writer) error {
	parsed, err := opentype.Parse(gomonobold.TTF)
	if err != nil {
		return fmt.Errorf("png: %w", err)
	}
	p := &picture{image: image.NewGray(image.Rect(0, 0, Width, Height)), font: parsed, faces: map[float64]font.Face{}}
	draw.Draw(p.image, p.image.Bounds(), image.White, image.Point{}, draw.Src)
	if err := h.draw(p); err != nil {
		return err
	}
	if p.err != nil {
		return fmt.Errorf("png: %w", p.err)
	}
	return png.Encode(w, p.image)
}

// A picture is a canvas of pixels.
type picture struct {
	image *image.Gray
	font  *opentype.Font
	faces map[float64]font.Face
	err   error
}

// dpi makes a point a pixel.
const dpi = 72

func (p *picture) text(x, y, size float64, s string) {
	face := p.faces[size]
	if face == nil {
		var err error
		face, err = opentype.NewFace(p.font, &opentype.FaceOptions{Size: size, DPI: dpi, Hinting: font.HintingFull})
		if err != nil {
			p.err = err
			return
		}
		p.faces[size] = face
	}
	d := font.Drawer{Dst: p.image, Src: image.Black, Face: face}
	for i, r := range []rune(s) {
		// Each character at its own place: hinted widths are whole pixels.
		d.Dot = fixed.P(int(x+float64(i)*advance*size+0.5), int(y))
		d.DrawString(string(r))
	}
}

func (p *picture) box(x, y, w, h float64) {
	r := image.Rect(int(x), int(y), int(x+w), int(y+h))
	draw.Draw(p.image, r, image.NewUniform(color.Black), image.Point{}, draw.Src)
}
