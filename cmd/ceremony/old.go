package main

import (
	"fmt"

	"github.com/spf13/cobra"
)

// oldArgs is for tools whose place ours take: they end with status 1 where their
// arguments are wrong.
func oldArgs(least, most int) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) >= least && len(args) <= most {
			return nil
		}
		return oldUsage(c)
	}
}

// oldUsage prints how a command is called.
func oldUsage(c *cobra.Command) error {
	fmt.Fprint(c.ErrOrStderr(), c.UsageString())
	return &exit{exitFailed}
}
