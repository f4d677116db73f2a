// Coen builds, checks and starts images of the Ceremony Operating ENvironment.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"coen/internal/failure"

	"github.com/spf13/cobra"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:]))
}

// run executes one command and returns the exit code.
func run(ctx context.Context, args []string) int {
	root := rootCommand()
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return 0
	}
	if ctx.Err() != nil {
		err = errors.New("interrupted; nothing was left half-written")
	}
	fmt.Fprintf(os.Stderr, "coen: %v\n", err)
	return failure.ExitCode(err)
}

func rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "coen",
		Short: "Build, check and start images of the Ceremony Operating ENvironment",
		Long: `Coen turns Debian packages into the bootable image of a key ceremony. Anyone
who builds the same lock gets the same bytes, without root and without trust in
the machine.

Exit status: 0 done or same, 1 compared and different, 2 usage or recipe error,
3 an input cannot be had, 4 refused: a signature, hash or policy does not hold.`,
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.CompletionOptions.HiddenDefaultCmd = true
	root.AddCommand(
		lockCommand(),
		fetchCommand(),
		buildCommand(),
		verifyCommand(),
		diffCommand(),
		inspectCommand(),
		explainCommand(),
		attestCommand(),
		bundleCommand(),
		sheetCommand(),
		wordsCommand(),
		bootCommand(),
		cacheCommand(),
	)
	return root
}
