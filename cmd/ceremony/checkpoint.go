package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"coen/ceremony/chain"
	"coen/ceremony/room"
	"coen/ceremony/show"
	"coen/internal/commandline"
)

func (p *program) checkpoint() *cobra.Command {
	var o showing
	c := &cobra.Command{
		Use:   "checkpoint",
		Short: "Show or print the hash that stands for the ceremony log so far",
		Long: `Show the hash of the last entry of the ceremony log, in words and digits. It
stands for every entry up to that one: read it aloud, print it, and the log
cannot be changed any more without somebody noticing. That it was shown becomes
an entry of its own.`,
		Example: `  ceremony checkpoint
  ceremony checkpoint --print`,
		Args: commandline.Args(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error { return p.runCheckpoint(&o) },
	}
	f := c.Flags()
	f.BoolVar(&o.big, "big", false, "block letters, a few words to a screen")
	f.BoolVar(&o.plain, "plain", false, "four lines, as programs read them")
	f.BoolVar(&o.screen, "screen", false, "full screen, in a window of its own")
	f.BoolVar(&o.print, "print", false, "print it on paper")
	o.printing.flags(c)
	return c
}

func (p *program) runCheckpoint(o *showing) error {
	log, err := room.Log(p.now)
	if err != nil {
		return err
	}
	defer log.Close()
	e, err := log.Checkpoint()
	if err != nil {
		return err
	}
	if !o.print && o.printing.pdf == "" && !o.screen {
		fmt.Fprintf(p.stdout, "Log:        %s\nEntry:      %d, %s\n", log.Path(), e.Number, e.Time.Format(timeLayout))
	}
	h := &show.Hash{
		Title:  fmt.Sprintf("Ceremony log, entry %d", e.Number),
		Note:   e.Time.Format(timeLayout),
		Digest: e.Hash,
	}
	if err := p.runShow(o, h); err != nil {
		return err
	}
	_, err = log.Append("checkpoint", chain.F("entry", e.Number), chain.F("sha256", e.Hash))
	return err
}
