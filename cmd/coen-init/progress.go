//go:build linux

package main

import (
	"fmt"
	"strings"
	"time"

	"coen/boot/measure"
)

// A progress is the page that people look at while the medium is read.
type progress struct {
	t       *terminal
	total   int64
	done    int64
	started time.Time
	told    time.Time
}

const (
	tellEvery = 250 * time.Millisecond
	barWidth  = 40
)

// newProgress shows what is known of a medium before it is read.
func newProgress(t *terminal, r *measure.Record) *progress {
	before := *r
	before.State, before.ToRAM = measure.Pending, false
	t.page(before.Screen()...)
	return &progress{t: t, total: r.Size, started: time.Now()}
}

// show says how many bytes have been read.
func (p *progress) show(done int64) {
	p.done = done
	if now := time.Now(); now.Sub(p.told) > tellEvery || done == p.total {
		p.told = now
		p.t.prompt("%s", p.line(p.took()))
	}
}

// Write counts what is copied.
func (p *progress) Write(b []byte) (int, error) {
	p.show(p.done + int64(len(b)))
	return len(b), nil
}

func (p *progress) took() time.Duration { return time.Since(p.started).Round(time.Millisecond) }

// line draws the bar after so much time: [#####.....]  50 %  1:20 left
func (p *progress) line(took time.Duration) string {
	full := int(p.done * barWidth / p.total)
	left := time.Duration(float64(took) / float64(p.done) * float64(p.total-p.done)).Round(time.Second)
	return fmt.Sprintf("[%s%s] %3d %%  %d:%02d left", strings.Repeat("#", full), strings.Repeat(".", barWidth-full),
		p.done*100/p.total, left/time.Minute, left%time.Minute/time.Second)
}
