// Package commandline runs programs that are many tools, and says with which status they end.
package commandline

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// Exit statuses that mean the same in all programs.
const (
	OK     = 0
	Failed = 1 // an error that has no status of its own
	Usage  = 2 // a fault of the command line
)

// OldStatus marks, as an annotation of its command, a tool that takes the place of an older one, which ended with
// status 1 for faults of the command line too.
const OldStatus = "old status"

// Exit is an error with the status that the program ends with. It has been reported.
type Exit int

func (e Exit) Error() string { return fmt.Sprintf("exit %d", int(e)) }

// fault is a fault of the command line.
type fault struct{ error }

// Fault makes an error a fault of the command line.
func Fault(err error) error { return fault{err} }

// Faultf returns a fault of the command line, described in the manner of [fmt.Errorf].
func Faultf(format string, args ...any) error { return fault{fmt.Errorf(format, args...)} }

// Args makes what is wrong with positional arguments a fault of the command line.
func Args(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if err := check(c, args); err != nil {
			return fault{err}
		}
		return nil
	}
}

// Run runs the tool of the tree that the arguments name, reports its error and returns the exit status.
func Run(ctx context.Context, root *cobra.Command, args []string) int {
	root.SilenceErrors, root.SilenceUsage = true, true
	root.CompletionOptions.HiddenDefaultCmd = true
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return fault{err} })
	root.SetArgs(args)
	command, err := root.ExecuteContextC(ctx)
	return end(command, err)
}

func end(command *cobra.Command, err error) int {
	var done Exit
	switch {
	case err == nil:
		return OK
	case errors.As(err, &done):
		return int(done)
	}
	fmt.Fprintf(command.ErrOrStderr(), "%s: %v\n", command.CommandPath(), err)
	if !isFault(err) {
		return Failed
	}
	fmt.Fprintf(command.ErrOrStderr(), "Try '%s --help'.\n", command.CommandPath())
	if command.Annotations[OldStatus] != "" {
		return Failed
	}
	return Usage
}

// isFault recognizes the faults of the command line, and those that cobra has no type for.
func isFault(err error) bool {
	var f fault
	return errors.As(err, &f) ||
		strings.HasPrefix(err.Error(), "unknown command") || strings.HasPrefix(err.Error(), "required flag")
}
