package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"coen/ceremony/transcript"
	"coen/internal/commandline"
)

// replayOptions are the options of replay.
type replayOptions struct {
	speed    float64
	maxPause time.Duration
	at       time.Duration
	command  int
	list     bool
}

func (p *program) replay() *cobra.Command {
	var o replayOptions
	c := &cobra.Command{
		Use:   "replay SCRIPT.log [TIMING]",
		Short: "Play a recorded terminal session",
		Long: `Play a recorded terminal session as it went. The timing file is the one beside
the typescript, SCRIPT.timing, unless another is named; those of script(1) will do.
--list shows the commands of the session; --command and --at show at once what
came before, and play from there.`,
		Example: `  ceremony replay --list script-20261122-140322.log
  ceremony replay --speed 4 --max-pause 1s --command 7 script-20261122-140322.log`,
		Args: commandline.Args(cobra.RangeArgs(1, 2)),
		RunE: func(_ *cobra.Command, args []string) error { return p.runReplay(o, args) },
	}
	f := c.Flags()
	f.Float64VarP(&o.speed, "speed", "s", 1, "how many times as fast as it went")
	f.DurationVarP(&o.maxPause, "max-pause", "m", 0, "cut longer pauses to this")
	f.DurationVar(&o.at, "at", 0, "play from here on, such as 12m30s")
	f.IntVarP(&o.command, "command", "c", 0, "play from command N on")
	f.BoolVarP(&o.list, "list", "l", false, "list the commands and end")
	c.MarkFlagsMutuallyExclusive("at", "command")
	return c
}

func (p *program) runReplay(o replayOptions, args []string) error {
	if o.speed <= 0 {
		return commandline.Faultf("--speed must be above 0")
	}
	name := strings.TrimSuffix(args[0], ".log") + ".timing"
	if len(args) == 2 {
		name = args[1]
	}
	timing, err := os.Open(name)
	if err != nil {
		return err
	}
	defer timing.Close()
	steps, err := transcript.ReadTiming(timing)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	commands := transcript.Commands(steps)
	if o.list {
		p.listCommands(commands)
		return nil
	}
	if o.command > len(commands) || o.command < 0 {
		return commandline.Faultf("--command %d: the session has %d marked commands", o.command, len(commands))
	}
	if o.command > 0 {
		o.at = commands[o.command-1].At
	}
	return p.play(o, args[0], steps)
}

func (p *program) play(o replayOptions, name string, steps []transcript.Step) error {
	typescript, err := os.Open(name)
	if err != nil {
		return err
	}
	defer typescript.Close()
	player := transcript.Player{Out: p.stdout, Speed: o.speed, MaxPause: o.maxPause, From: o.at}
	err = player.Play(p.ctx, typescript, steps)
	// Whatever the session left of colours and modes ends here.
	fmt.Fprint(p.stdout, "\x1b[0m\x1b[?25h\n")
	switch {
	case errors.Is(err, context.Canceled):
		return commandline.Exit(exitFailed)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("%s ends before the session does", name)
	}
	return err
}

func (p *program) listCommands(commands []transcript.Command) {
	if len(commands) == 0 {
		fmt.Fprintln(p.stderr, "ceremony replay: no command is marked in this session")
	}
	for i, c := range commands {
		status := "?"
		if c.Status >= 0 {
			status = fmt.Sprint(c.Status)
		}
		fmt.Fprintf(p.stdout, "%4d  %8s  %3s  %s\n", i+1, c.At.Round(time.Second), status, plain(c.Text))
	}
}

// plain is a text on one line, without anything a terminal would act on.
func plain(s string) string {
	quoted := fmt.Sprintf("%q", s)
	return strings.ReplaceAll(quoted[1:len(quoted)-1], `\"`, `"`)
}
