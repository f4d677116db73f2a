package qemu

import (
	"image/color"
	"testing"
)

func TestKeys(t *testing.T) {
	for c, want := range map[rune]string{'a': "a", 'Z': "shift-z", '7': "7", '&': "shift-7", '\n': "ret", '|': "shift-backslash", '"': "shift-apostrophe"} {
		if got, err := keyFor(c); got != want || err != nil {
			t.Errorf("%q is %q, %v", c, got, err)
		}
	}
	for c := ' '; c <= '~'; c++ {
		if _, err := keyFor(c); err != nil {
			t.Error(err)
		}
	}
	if _, err := keyFor('é'); err == nil {
		t.Error("a US keyboard has a key for é")
	}
}

func TestScreenText(t *testing.T) {
	memory := make([]byte, 2*3*textColumns)
	for i, c := range []byte("COEN \xdb") {
		memory[2*(textColumns+i)] = c
	}
	if got := screenText(memory); got != "\nCOEN ?\n\n" {
		t.Errorf("text %q", got)
	}
}

func TestParsePPM(t *testing.T) {
	picture, err := parsePPM([]byte("P6\n2 1\n255\n\x01\x02\x03\xff\xfe\xfd"))
	if err != nil || picture.At(1, 0) != (color.RGBA{255, 254, 253, 255}) {
		t.Errorf("picture %v, %v", picture, err)
	}
	for _, bad := range []string{"", "P5\n1 1\n255\n...", "P6\n2 2\n255\n...", "P6\n-1 1\n255\n", "P6\n1 1\n65535\n......"} {
		if _, err := parsePPM([]byte(bad)); err == nil {
			t.Errorf("%q is a picture", bad)
		}
	}
}
