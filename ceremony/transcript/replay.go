package transcript

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// A Command is one that the shell of a session marked.
type Command struct {
	Text   string
	At     time.Duration // since the session began
	Status int           // -1 if it is not known
}

// Commands returns the marked commands of a session, in order.
func Commands(steps []Step) (commands []Command) {
	at := time.Duration(0)
	for _, s := range steps {
		at += s.Delay
		if s.Kind != 'H' {
			continue
		}
		name, value, _ := strings.Cut(s.Text, " ")
		switch name {
		case headerCommand:
			text, err := url.PathUnescape(value)
			if err != nil {
				text = value
			}
			commands = append(commands, Command{Text: text, At: at, Status: -1})
		case headerStatus:
			status, err := strconv.Atoi(value)
			if n := len(commands); n > 0 && err == nil && commands[n-1].Status < 0 {
				commands[n-1].Status = status
			}
		}
	}
	return commands
}

// A Player plays a session.
type Player struct {
	Out      io.Writer
	Speed    float64       // 2 is twice as fast; above 0
	MaxPause time.Duration // pauses are cut to it, 0 for no limit
	From     time.Duration // what comes before is shown at once

	// Sleep waits, or returns the context's error. Nil for the real clock.
	Sleep func(context.Context, time.Duration) error
}

// Play plays a typescript by its steps. A typescript or timing that ends too early, because the recorder
// was killed, is played as far as it goes; the error is io.ErrUnexpectedEOF if bytes are missing.
func (p *Player) Play(ctx context.Context, typescript io.Reader, steps []Step) error {
	in := bufio.NewReader(typescript)
	if _, err := in.ReadString('\n'); err != nil { // script(1) writes a line of its own first
		return fmt.Errorf("first line of the typescript: %w", noEOF(err))
	}
	at := time.Duration(0)
	for _, s := range steps {
		at += s.Delay
		if at > p.From {
			if err := p.pause(ctx, min(s.Delay, at-p.From)); err != nil {
				return err
			}
		}
		if s.Kind != 'O' {
			continue
		}
		if _, err := io.CopyN(p.Out, in, s.Bytes); err != nil {
			return noEOF(err)
		}
	}
	return nil
}

func noEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

func (p *Player) pause(ctx context.Context, d time.Duration) error {
	if p.MaxPause > 0 {
		d = min(d, p.MaxPause)
	}
	d = time.Duration(float64(d) / p.Speed)
	if p.Sleep != nil {
		return p.Sleep(ctx, d)
	}
	if d <= 0 {
		return ctx.Err()
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
