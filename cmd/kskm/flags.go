package main

import (
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// shortenFlags lets every long option of the commands be cut short, as long as it is clear
// which one is meant.
func shortenFlags(c *cobra.Command) {
	c.InitDefaultHelpFlag()
	c.Flags().SetNormalizeFunc(unambiguous)
	c.PersistentFlags().SetNormalizeFunc(unambiguous)
	for _, sub := range c.Commands() {
		shortenFlags(sub)
	}
}

// unambiguous returns the full name of an option. A name that is none, or could be several,
// stays as it is and is reported as unknown.
func unambiguous(f *pflag.FlagSet, name string) pflag.NormalizedName {
	full, several := "", false
	f.VisitAll(func(flag *pflag.Flag) {
		switch {
		case flag.Name == name:
			full, several = name, false
		case strings.HasPrefix(flag.Name, name) && full != name:
			several = full != ""
			full = flag.Name
		}
	})
	if full == "" || several {
		return pflag.NormalizedName(name)
	}
	return pflag.NormalizedName(full)
}
