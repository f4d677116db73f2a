package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"coen/ceremony/chain"
	"coen/ceremony/room"
	"coen/pgpwords"
)

func (p *program) checkpoint() *cobra.Command {
	return &cobra.Command{
		Use:   "checkpoint",
		Short: "Show the hash that stands for the ceremony log so far",
		Long: `Show the hash of the last entry of the ceremony log, in hexadecimal and in
words. It stands for every entry up to that one: read it aloud, print it, and
the log cannot be changed any more without somebody noticing.`,
		Args: usageArgs(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			log, err := room.Log(p.now)
			if err != nil {
				return err
			}
			defer log.Close()
			e, err := log.Checkpoint()
			if err != nil {
				return err
			}
			p.showCheckpoint(log.Path(), e)
			_, err = log.Append("checkpoint", chain.F("entry", e.Number), chain.F("sha256", e.Hash))
			return err
		},
	}
}

// showCheckpoint prints what is compared with the paper.
func (p *program) showCheckpoint(path string, e chain.Entry) {
	fmt.Fprintf(p.stdout, "Log:        %s\nEntry:      %d, %s\nSHA-256:    %s\nPGP Words:  %s\n",
		path, e.Number, e.Time.Format("2006-01-02 15:04:05 UTC"), e.Hash, pgpwords.String(e.Hash[:]))
}
