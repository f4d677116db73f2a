package qemu

import (
	"context"
	"fmt"
	"image"
	"image/color"
	"os"
	"strings"
)

// Where a VGA adapter in text mode has its characters, each followed by its
// color, and how wide a line is.
const (
	textStart   = 0xB8000
	textLength  = 0x8000
	textColumns = 80
)

// Text returns what the memory of a screen in text mode holds, line by line. The
// lines on the screen are among them; which they are, only the adapter knows.
// What is no ASCII is a question mark.
func (m *Monitor) Text(ctx context.Context) (string, error) {
	f, err := os.CreateTemp("", "screen-")
	if err != nil {
		return "", err
	}
	defer os.Remove(f.Name())
	defer f.Close()
	_, err = m.Execute(ctx, "pmemsave", map[string]any{"val": textStart, "size": textLength, "filename": f.Name()})
	if err != nil {
		return "", err
	}
	memory := make([]byte, textLength)
	if _, err := f.ReadAt(memory, 0); err != nil {
		return "", fmt.Errorf("text of the screen: %w", err)
	}
	return screenText(memory), nil
}

func screenText(memory []byte) string {
	var text, line strings.Builder
	for i := 0; i < len(memory); i += 2 {
		switch c := memory[i]; {
		case c == 0:
			line.WriteByte(' ')
		case c < ' ' || c > '~':
			line.WriteByte('?')
		default:
			line.WriteByte(c)
		}
		if line.Len() == textColumns {
			text.WriteString(strings.TrimRight(line.String(), " ") + "\n")
			line.Reset()
		}
	}
	return text.String()
}

// Screen returns what the screen shows as a picture.
func (m *Monitor) Screen(ctx context.Context) (image.Image, error) {
	f, err := os.CreateTemp("", "screen-")
	if err != nil {
		return nil, err
	}
	defer os.Remove(f.Name())
	defer f.Close()
	if err := m.Screendump(ctx, f.Name()); err != nil {
		return nil, err
	}
	data, err := os.ReadFile(f.Name())
	if err != nil {
		return nil, err
	}
	return parsePPM(data)
}

// parsePPM reads the picture that QEMU writes: PPM with 8 bits, without comments.
func parsePPM(data []byte) (image.Image, error) {
	var w, h, limit int
	n, err := fmt.Sscanf(string(data[:min(len(data), 32)]), "P6\n%d %d\n%d\n", &w, &h, &limit)
	if err != nil || n != 3 || limit != 255 || w <= 0 || h <= 0 || w > 1<<14 || h > 1<<14 {
		return nil, fmt.Errorf("no picture: %q", data[:min(len(data), 32)])
	}
	head := len(fmt.Sprintf("P6\n%d %d\n%d\n", w, h, limit))
	if len(data) != head+3*w*h {
		return nil, fmt.Errorf("picture of %d by %d in %d bytes", w, h, len(data))
	}
	picture := image.NewRGBA(image.Rect(0, 0, w, h))
	for i := range w * h {
		p := data[head+3*i:]
		picture.SetRGBA(i%w, i/w, color.RGBA{p[0], p[1], p[2], 255})
	}
	return picture, nil
}
