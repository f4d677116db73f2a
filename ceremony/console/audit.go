package console

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"coen/ceremony/chain"
	"coen/ceremony/recorder"
)

// An Audit records sources until its context is done or all of them have come to their end.
type Audit struct {
	Recorder *recorder.Recorder
	Now      func() time.Time

	// Show is called with each record that is safe, as it stands in the file; Tell with what
	// happens to the sources. Neither is called by two goroutines at once.
	Show func(record []byte)
	Tell func(text string)
}

// Run records. The error is that of a source that ended badly, or of the first file that could not
// be written.
func (a *Audit) Run(ctx context.Context, sources []Source) error {
	stamp := recorder.Stamp(a.Now())
	var lines []*line
	for _, s := range sources {
		f, err := a.Recorder.Create("ttyaudit-" + s.Tag + "-" + stamp + ".log")
		if err != nil {
			return err
		}
		lines = append(lines, newLine(s, f))
	}
	failures := make([]error, len(lines))
	var all sync.WaitGroup
	for i, l := range lines {
		all.Go(func() { failures[i] = a.record(ctx, l) })
		all.Go(func() { l.listen(ctx, a.Now) })
	}
	all.Wait()
	return errors.Join(failures...)
}

// record writes what listen hands over.
func (a *Audit) record(ctx context.Context, l *line) error {
	fields := []chain.Field{chain.F("tag", l.Tag), chain.F("file", l.file.Name()), chain.F("source", l.Name)}
	if l.Serial != nil {
		fields = append(fields, chain.F("speed", l.Serial.Speed), chain.F("mode", l.Serial.Mode()))
	}
	if err := a.Recorder.Put(ctx, []chain.Draft{{Kind: "console-open", Fields: fields}}); err != nil {
		return err
	}
	var failed error
	for range l.wake {
		b := batch{line: l}
		for _, e := range l.take() {
			b.add(e)
			if e.failed != nil {
				failed = fmt.Errorf("%s: %w", l.Name, e.failed)
			}
			if len(b.drafts) >= maxBatch || e.over {
				if err := a.put(ctx, &b); err != nil {
					return err
				}
			}
			if e.over {
				return errors.Join(failed, a.Recorder.Finish(ctx, l.file))
			}
		}
		if err := a.put(ctx, &b); err != nil {
			return err
		}
	}
	return nil
}

// maxBatch is how many entries are synced together.
const maxBatch = 1000

// A batch is what is synced together.
type batch struct {
	line   *line
	drafts []chain.Draft
	bytes  []byte
	told   []string
}

func (b *batch) add(e event) {
	l := b.line
	switch {
	case e.status != "":
		b.pieces(l.split.flush(e.time))
		b.drafts = append(b.drafts, chain.Draft{Time: e.time, Kind: "console-status",
			Fields: []chain.Field{chain.F("tag", l.Tag), chain.F("text", e.status)}})
		b.bytes = appendStatus(b.bytes, l.Tag, e.time, e.status)
		b.told = append(b.told, fmt.Sprintf("%s: %s", l.Name, e.status))
	case e.bytes != nil:
		b.pieces(l.split.feed(e.time, e.bytes))
	default:
		b.pieces(l.split.flush(e.time))
	}
}

func (b *batch) pieces(pieces []Piece) {
	for _, p := range pieces {
		b.drafts = append(b.drafts, chain.Draft{Time: p.Time, Kind: "console",
			Fields: []chain.Field{chain.F("tag", b.line.Tag), {Key: "text", Value: string(p.Text)}}})
		b.bytes = appendRecord(b.bytes, b.line.Tag, p)
	}
}

// put records a batch, arranges for it to be shown, and empties it.
func (a *Audit) put(ctx context.Context, b *batch) error {
	done := *b
	*b = batch{line: b.line}
	if len(done.drafts) == 0 {
		return nil
	}
	// What has been received is recorded even if the operator has said stop meanwhile.
	if err := a.Recorder.Put(context.WithoutCancel(ctx), done.drafts, recorder.Part{File: done.line.file, Bytes: done.bytes}); err != nil {
		return err
	}
	a.Recorder.Show(func() {
		a.Show(done.bytes)
		for _, text := range done.told {
			a.Tell(text)
		}
	})
	return nil
}
