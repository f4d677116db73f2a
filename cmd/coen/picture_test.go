package main

import (
	"context"
	"errors"
	"fmt"
	"image"
	"time"
)

// Where things are on the desktop. The panel is 30 lines high; the window fills
// the rest: a title, the tabs side by side, the terminal.
var (
	wholeScreen = image.Rect(0, 0, 1024, 768)
	panelArea   = image.Rect(0, 0, 1024, 28)
	clockArea   = image.Rect(774, 2, 1024, 28)
	tabAreas    = []image.Rectangle{image.Rect(8, 60, 508, 86), image.Rect(520, 60, 1008, 86)}
	textArea    = image.Rect(0, 96, 1000, 764)
)

// lookAtDesktop waits until the screen shows the desktop as it should be, with a
// clock that goes, and keeps a picture for people.
func (v *vm) lookAtDesktop(name string) {
	v.t.Helper()
	ctx, cancel := v.patience()
	defer cancel()
	for {
		err := v.desktopShows(ctx)
		if err == nil {
			break
		}
		v.t.Logf("%s: not yet: %v", name, err)
		if ctx.Err() != nil {
			v.photograph(name)
			v.t.Fatalf("%s: %v; there runs\n%s", name, err, v.run("ps -e --no-headers -o etime,args | grep -v '\\['; journalctl -b -o short-monotonic --no-pager -n 200 | cat"))
		}
		time.Sleep(10 * time.Second)
	}
	v.photograph(name)
}

// desktopShows judges two pictures, between which the clock must have gone on.
func (v *vm) desktopShows(ctx context.Context) error {
	var pictures [2]image.Image
	for i := range pictures {
		picture, err := v.Monitor.Screen(ctx)
		if err != nil {
			return err
		}
		if err := judge(picture); err != nil {
			return err
		}
		pictures[i] = picture
		time.Sleep(3 * time.Second)
	}
	changed := func(x, y int) bool { return brightness(pictures[0], x, y) != brightness(pictures[1], x, y) }
	if share(pictures[0], clockArea, changed) == 0 {
		return errors.New("the clock stands")
	}
	return nil
}

// judge says what a picture of the desktop lacks: a screen of the right size, a
// dark panel with a clock, two tabs with something written on them, and a terminal
// that is white but for something written in it. A dialog in the way makes the
// terminal less white.
func judge(picture image.Image) error {
	if b := picture.Bounds(); b != wholeScreen {
		return fmt.Errorf("the screen is %v", b)
	}
	dark := func(x, y int) bool { return brightness(picture, x, y) < 120 }
	white := func(x, y int) bool { return brightness(picture, x, y) > 250 }
	within := func(what string, area image.Rectangle, asked func(x, y int) bool, least, most float64) error {
		if s := share(picture, area, asked); s < least || s > most {
			return fmt.Errorf("%s: %.4f of the pixels, not %v to %v", what, s, least, most)
		}
		return nil
	}
	for _, err := range []error{
		within("dark panel", panelArea, dark, 0.6, 0.99),
		within("clock on it", clockArea, dark, 0.4, 0.97),
		within("text on the first tab", tabAreas[0], dark, 0.005, 0.2),
		within("text on the second tab", tabAreas[1], dark, 0.005, 0.2),
		within("white terminal", textArea, white, 0.9, 0.9999),
		within("text in it", textArea, dark, 0.0001, 0.1),
	} {
		if err != nil {
			return err
		}
	}
	return nil
}

// linesOfInk counts the rows of text on a page: the bands of it with something dark
// that have only white above and below.
func linesOfInk(page image.Image) (lines int) {
	before := false
	b := page.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y++ {
		row := image.Rect(b.Min.X, y, b.Max.X, y+1)
		inked := share(page, row, func(x, y int) bool { return brightness(page, x, y) < 200 }) > 0
		if inked && !before {
			lines++
		}
		before = inked
	}
	return lines
}

// brightness is from 0 to 255.
func brightness(picture image.Image, x, y int) int {
	r, g, b, _ := picture.At(x, y).RGBA()
	return int(r+g+b) / 3 >> 8
}

// share is the part of an area's pixels that are as asked.
func share(picture image.Image, area image.Rectangle, asked func(x, y int) bool) float64 {
	n := 0
	for y := area.Min.Y; y < area.Max.Y; y++ {
		for x := area.Min.X; x < area.Max.X; x++ {
			if asked(x, y) {
				n++
			}
		}
	}
	return float64(n) / float64(area.Dx()*area.Dy())
}
