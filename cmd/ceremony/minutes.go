package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"coen/ceremony/chain"
	"coen/ceremony/minutes"
	"coen/ceremony/room"
	"coen/internal/commandline"
)

// minutesOptions are the options of minutes.
type minutesOptions struct {
	details, follow, print bool
	printing               printing
}

func (p *program) minutes() *cobra.Command {
	var o minutesOptions
	c := &cobra.Command{
		Use:   "minutes [LOG]",
		Short: "Tell the ceremony log to people",
		Long: `Tell what happened, one line per entry of the ceremony log, with its number: of
the log that is being written, or of the one named. What consoles, terminals and
key tools printed is left out; --details tells the first and the last of these
too. The log is replayed meanwhile; if it is broken the minutes end there.`,
		Example: `  ceremony minutes --follow
  ceremony minutes --print ceremony-20261122-140322.log`,
		Args: commandline.Args(cobra.MaximumNArgs(1)),
		RunE: func(_ *cobra.Command, args []string) error { return p.runMinutes(&o, args) },
	}
	f := c.Flags()
	f.BoolVar(&o.details, "details", false, "tell what consoles and key tools printed too")
	f.BoolVarP(&o.follow, "follow", "f", false, "go on while the log is written, until Ctrl-C")
	f.BoolVar(&o.print, "print", false, "print them on paper")
	o.printing.flags(c)
	c.MarkFlagsMutuallyExclusive("follow", "print")
	c.MarkFlagsMutuallyExclusive("follow", "pdf")
	return c
}

func (p *program) runMinutes(o *minutesOptions, args []string) error {
	name, err := logName(args)
	if err != nil {
		return err
	}
	log, err := os.Open(name)
	if err != nil {
		return err
	}
	defer log.Close()
	if !o.print && o.printing.pdf == "" {
		return p.tellMinutes(o, log, p.stdout)
	}
	var text bytes.Buffer
	broken := p.tellMinutes(o, log, &text)
	content, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	return errors.Join(broken, p.printFile(&o.printing, filepath.Base(name), content, text.Bytes(), "minutes"))
}

// logName is the log that is named, or the one that is being written.
func logName(args []string) (string, error) {
	if len(args) == 1 {
		return args[0], nil
	}
	dir, err := room.Dir()
	return filepath.Join(dir, room.LogName), err
}

// tellMinutes tells a log from its beginning.
func (p *program) tellMinutes(o *minutesOptions, log *os.File, out io.Writer) error {
	teller := minutes.Teller{Details: o.details}
	replay := chain.NewReplay(func(e chain.Entry, _ []byte) error {
		_, err := io.WriteString(out, teller.Tell(e))
		return err
	})
	for {
		_, err := io.Copy(replay, p.interruptible(log))
		if o.follow && p.ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%s: %w", log.Name(), err)
		}
		if !o.follow {
			break
		}
		select {
		case <-p.ctx.Done():
		case <-time.After(time.Second / 4):
		}
	}
	if err := replay.End(); err != nil {
		return fmt.Errorf("%s: %w", log.Name(), err)
	}
	return nil
}
