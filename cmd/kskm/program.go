package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"coen/hsm"
	"coen/internal/commandline"
	"coen/internal/manpage"
	"coen/ksk/outfile"
)

// version is that of the tools whose place these take; operators look for it.
const version = "0.0.1"

// commit is set when a release is built.
var commit string

// program is a run of the tools and what it touches.
type program struct {
	ctx            context.Context // done when the operator interrupts
	stdin          io.Reader
	stdout, stderr io.Writer
	now            func() time.Time
	load           hsm.Loader
	create         outfile.Create
	askPIN         func(prompt string) ([]byte, error)
	catch          func(context.Context) context.Context // nil: signals are left alone
}

// Exit codes. What they mean to whom is in doc/kskm.md.
const (
	exitOK       = commandline.OK
	exitRejected = commandline.Failed // a check failed, or input is malformed
	exitUsage    = commandline.Usage  // command line or configuration
	exitFatal    = 3                  // nothing to work with, or the operator declined
)

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
	tools := []*cobra.Command{p.ksrsigner(), p.keymaster(), p.trustanchor(), p.sha2wordlist(), p.wksr()}
	var root *cobra.Command
	for _, tool := range tools {
		if name == "kskm-"+tool.Name() {
			root = tool
			root.Use = "kskm-" + root.Use
		}
	}
	if root == nil {
		root = &cobra.Command{
			Use:   "kskm",
			Short: "Key signing key management",
			Long: `kskm judges key signing requests, signs them with keys in PKCS#11 tokens, makes, backs up, lists and
deletes those keys, and publishes trust anchors. Called through a link named kskm-ksrsigner,
kskm-keymaster, kskm-trustanchor, kskm-sha2wordlist or kskm-wksr it is that tool.

Long options may be cut short while they are clear.`,
			Args: commandline.Args(cobra.NoArgs),
			RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
		}
		root.AddCommand(append(tools, p.kskgen(), p.keybackup(), p.pins(), p.configs(), p.csr(), p.ksr(), p.skr(), manpage.Command("COEN"))...)
	}
	shortenFlags(root)
	return root
}

// needSubcommand is what a command does without one of its subcommands, if that is a fault.
func needSubcommand(c *cobra.Command, _ []string) error {
	if err := c.Help(); err != nil {
		return err
	}
	return commandline.Faultf("no subcommand")
}

// headline is the first line of a tool's help.
func headline(title string) string {
	if commit == "" {
		return title + " " + version
	}
	return fmt.Sprintf("%s %s (%s)", title, version, commit)
}

// regularFile reports whether a file is there that can be read from start to end.
func regularFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}
