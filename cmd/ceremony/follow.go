package main

import (
	"os"

	"github.com/spf13/cobra"

	"coen/ceremony/chain"
	"coen/ceremony/keylog"
	"coen/ceremony/room"
	"coen/internal/commandline"
)

func (p *program) followCommand() *cobra.Command {
	once := false
	c := &cobra.Command{
		Use:   "follow FILE|FOLDER...",
		Short: "Take key tools' own logs into the ceremony log",
		Long: `Take the lines of log files into the ceremony log while they are written: those
of the files named, and those of key tools in the folders named that are begun
or go on from now. 'ceremony record' does that for its own folder. Ctrl-C ends.`,
		Args: commandline.Args(cobra.MinimumNArgs(1)),
		RunE: func(_ *cobra.Command, args []string) error {
			log, err := room.Log(p.now)
			if err != nil {
				return err
			}
			defer log.Close()
			f := keylog.New(p.now, func(drafts []chain.Draft) error {
				_, err := log.AppendAll(drafts)
				return err
			})
			for _, path := range args {
				add := f.File
				if info, err := os.Stat(path); err == nil && info.IsDir() {
					add = f.Folder
				}
				if err := add(path); err != nil {
					return err
				}
			}
			if once {
				return f.Finish()
			}
			return f.Run(p.ctx)
		},
	}
	c.Flags().BoolVar(&once, "once", false, "take what is there and end")
	return c
}
