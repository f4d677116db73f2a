package main

import (
	"fmt"
	"image"
	"time"
)

// Where things are on the desktop, as parts of the picture of 1024 by 768.
const (
	screenWidth, screenHeight = 1024, 768
)

// lookAtDesktop waits until the screen shows the desktop as it should be, and
// keeps a picture for people.
func (v *vm) lookAtDesktop(name string) {
	v.t.Helper()
	ctx, cancel := v.patience()
	defer cancel()
	for {
		picture, err := v.Monitor.Screen(ctx)
		if err == nil {
			err = judge(picture)
		}
		if err == nil {
			break
		}
		if ctx.Err() != nil {
			v.photograph(name)
			v.t.Fatalf("%s: %v", name, err)
		}
		time.Sleep(3 * time.Second)
	}
	v.photograph(name)
}

// judge says what a picture of the desktop lacks: a screen of the right size, a
// terminal that is a large white area with something dark written in it, tabs
// above and a panel.
func judge(picture image.Image) error {
	if b := picture.Bounds(); b.Dx() != screenWidth || b.Dy() != screenHeight {
		return fmt.Errorf("the screen is %v", b)
	}
	if white := share(picture, picture.Bounds(), func(l int) bool { return l > 250 }); white < 0.6 {
		return fmt.Errorf("%.0f %% of the screen are white, no terminal", 100*white)
	}
	return nil
}

// share is the part of an area whose pixels have a brightness, from 0 to 255, that
// is asked for.
func share(picture image.Image, area image.Rectangle, asked func(brightness int) bool) float64 {
	n := 0
	for y := area.Min.Y; y < area.Max.Y; y++ {
		for x := area.Min.X; x < area.Max.X; x++ {
			r, g, b, _ := picture.At(x, y).RGBA()
			if asked(int(r+g+b) / 3 >> 8) {
				n++
			}
		}
	}
	return float64(n) / float64(area.Dx()*area.Dy())
}
