package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"coen/hsm"
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
	exitOK       = 0
	exitRejected = 1 // a check failed, or input is malformed
	exitUsage    = 2 // command line or configuration
	exitFatal    = 3 // nothing to work with, or the operator declined
)

// exit is an error with the code that the program ends with. It has been reported.
type exit struct{ code int }

func (e *exit) Error() string { return fmt.Sprintf("exit %d", e.code) }

// usageError is a fault of the command line.
type usageError struct{ error }

// run runs the tool that the arguments name and returns its exit code.
func (p *program) run(args []string) int {
	root := p.tree(filepath.Base(args[0]))
	root.SetArgs(args[1:])
	root.SetIn(p.stdin)
	root.SetOut(p.stdout)
	root.SetErr(p.stderr)
	command, err := root.ExecuteContextC(p.ctx)
	var done *exit
	var usage usageError
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &done):
		return done.code
	case errors.As(err, &usage) || isCobraUsage(err):
		fmt.Fprintf(p.stderr, "%s: %v\nTry '%s --help'.\n", command.CommandPath(), err, command.CommandPath())
		return exitUsage
	}
	fmt.Fprintf(p.stderr, "%s: %v\n", command.CommandPath(), err)
	return exitRejected
}

// isCobraUsage recognizes the usage faults that cobra has no type for.
func isCobraUsage(err error) bool {
	return strings.HasPrefix(err.Error(), "unknown command") || strings.HasPrefix(err.Error(), "required flag")
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
			Args: usageArgs(cobra.NoArgs),
			RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
		}
		root.AddCommand(append(tools, p.kskgen(), p.keybackup(), p.pins(), p.configs(), p.csr(), p.ksr(), p.skr(), manpage.Command("COEN"))...)
	}
	root.SilenceErrors, root.SilenceUsage = true, true
	root.CompletionOptions.HiddenDefaultCmd = true
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	shortenFlags(root)
	return root
}

// usageArgs makes the faults of positional arguments usage errors.
func usageArgs(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if err := check(c, args); err != nil {
			return usageError{err}
		}
		return nil
	}
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
