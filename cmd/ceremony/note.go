package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"coen/ceremony/chain"
	"coen/ceremony/room"
	"coen/internal/commandline"
)

func (p *program) note() *cobra.Command {
	return &cobra.Command{
		Use:   "note TEXT...",
		Short: "Write a note into the ceremony log",
		Long: `Write a note into the ceremony log and show the number of its entry, for the
paper script.`,
		Example: `  ceremony note "14:05 safe 1 opened, bag BB51184613 intact"`,
		Args:    commandline.Args(cobra.MinimumNArgs(1)),
		RunE: func(_ *cobra.Command, args []string) error {
			log, err := room.Log(p.now)
			if err != nil {
				return err
			}
			defer log.Close()
			e, err := log.Append("note", chain.F("text", strings.Join(args, " ")))
			if err != nil {
				return err
			}
			fmt.Fprintf(p.stdout, "entry %d, %s\n", e.Number, e.Time.Format(timeLayout))
			return nil
		},
	}
}
