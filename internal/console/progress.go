// Package console shows people how long work comes along: a bar where standard
// error is a terminal, plain lines where it is not, so that a log stays
// readable. What programs read goes to standard output and never through here.
package console

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
	"golang.org/x/term"
)

// A Progress shows one piece of work at a time. Its methods may be called from
// several goroutines.
type Progress struct {
	out   io.Writer
	bars  *mpb.Progress // nil without a terminal
	clock func() time.Time

	mu    sync.Mutex
	bar   *mpb.Bar
	what  string
	unit  Unit
	total int64
	done  int64
	told  time.Time
}

// A Unit says what is counted.
type Unit int

// The units.
const (
	Bytes Unit = iota
	Items
)

// every is how often a plain line tells of work that goes on.
const every = 5 * time.Second

// New returns a Progress on f, usually os.Stderr.
func New(f *os.File) *Progress {
	p := &Progress{out: f, clock: time.Now}
	if term.IsTerminal(int(f.Fd())) {
		p.bars = mpb.New(mpb.WithOutput(f), mpb.WithWidth(64))
	}
	return p
}

// Start begins a piece of work of the given total, ending the one before. A
// total of 0 means that it is not known.
func (p *Progress) Start(what string, total int64, unit Unit) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.finish()
	p.what, p.total, p.done, p.unit, p.told = what, total, 0, unit, p.clock()
	if p.bars == nil {
		fmt.Fprintf(p.out, "%s\n", what)
		return
	}
	counter := decor.CountersKibiByte("% .1f / % .1f")
	if unit == Items {
		counter = decor.CountersNoUnit("%d / %d")
	}
	p.bar = p.bars.AddBar(total,
		mpb.PrependDecorators(decor.Name(what, decor.WC{W: 24, C: decor.DindentRight})),
		mpb.AppendDecorators(counter))
}

// Add tells that n more bytes or items are done.
func (p *Progress) Add(n int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done += n
	if p.bar != nil {
		p.bar.IncrInt64(n)
		return
	}
	if now := p.clock(); p.bars == nil && p.total > 0 && now.Sub(p.told) >= every {
		p.told = now
		fmt.Fprintf(p.out, "%s: %d%%\n", p.what, p.done*100/p.total)
	}
}

// Close ends the display.
func (p *Progress) Close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.finish()
	if p.bars != nil {
		p.bars.Wait()
		p.bars = nil
	}
}

// finish completes the bar that is shown, wherever it has come to.
func (p *Progress) finish() {
	if p.bar == nil {
		return
	}
	if p.done < p.total || p.total == 0 {
		p.bar.Abort(false)
	}
	p.bar.Wait()
	p.bar = nil
}
