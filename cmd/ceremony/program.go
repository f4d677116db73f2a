package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"coen/ceremony/chain"
	"coen/ceremony/room"
	"coen/internal/commandline"
	"coen/internal/manpage"
)

// program is a run of the tools and what it touches.
type program struct {
	ctx            context.Context // done when the operator interrupts
	stdin          io.Reader
	stdout, stderr io.Writer
	now            func() time.Time
	lines          *bufio.Reader // stdin, once something was asked
}

// Exit codes.
const (
	exitOK     = commandline.OK     // done, or same
	exitFailed = commandline.Failed // failed, or compared and different
	exitUsage  = commandline.Usage  // command line
)

// commands are the subcommands: what records and proves, drives, then paper and pictures. Help sorts them by name.
func (p *program) commands() []*cobra.Command {
	return []*cobra.Command{
		p.ttyaudit(),
		p.record(),
		p.followCommand(),
		p.note(),
		p.checkpoint(),
		p.minutes(),
		p.verify(),
		p.replay(),
		p.guardCommand(),
		p.drivesCommand(),
		p.mountCommand(),
		p.unmountCommand(),
		p.hsmfdHash(),
		p.copyHSMFD(),
		p.printlog(),
		p.printScript(),
		p.printTTYAudit(),
		p.configurePrinter(),
		p.screencapVerify(),
		p.showHash(),
	}
}

// links are the names under which a subcommand is a program of its own.
var links = []string{
	"ttyaudit", "hsmfd-hash", "copy-hsmfd", "printlog", "print-script", "print-ttyaudit",
	"configure-printer", "screencap-verify",
}

// run runs the tool that the arguments name and returns its exit code.
func (p *program) run(args []string) int {
	root := p.tree(filepath.Base(args[0]))
	root.SetIn(p.stdin)
	root.SetOut(p.stdout)
	root.SetErr(p.stderr)
	return commandline.Run(p.ctx, root, args[1:])
}

// tree builds the commands: all of them, or the one that the program's name stands for.
func (p *program) tree(name string) *cobra.Command {
	root := &cobra.Command{
		Use:   "ceremony",
		Short: "The room around the key: record, copy, print, prove",
		Long: `Ceremony records what happens in the room while a key is used: consoles,
terminal, flash drives, printing and notes, in one log that proves itself.

Exit status: 0 done or same, 1 failed or different, 2 usage.`,
		Args: commandline.Args(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.AddCommand(manpage.Command("COEN"))
	for _, c := range p.commands() {
		if c.Name() == name && slices.Contains(links, name) {
			root = c
			break
		}
		root.AddCommand(c)
	}
	return root
}

// event records in the ceremony log, if there is a ceremony, that something happened. A
// log that cannot be written is told on standard error and does not stop the tool.
func (p *program) event(kind string, fields ...chain.Field) {
	if err := room.Event(p.now, kind, fields...); err != nil {
		fmt.Fprintf(p.stderr, "WARNING: not in the ceremony log: %v\n", err)
	}
}
