package main

import (
	"cmp"
	"errors"
	"fmt"
	"os"

	"coen/cache"
	"coen/install/unpacked"

	"github.com/spf13/cobra"
)

// A cacheChoice is which cache a build uses.
type cacheChoice struct {
	dir  string
	none bool
}

func (c *cacheChoice) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&c.dir, "cache", "", "folder of what need not be computed again (default: as coen cache says; also COEN_CACHE)")
	f.BoolVar(&c.none, "no-cache", false, "compute everything; takes no cache and leaves none")
}

// open opens the cache. Where there is none, what does not fit into memory lies in
// scratch until the end.
func (c *cacheChoice) open(scratch string) (*cache.Cache, error) {
	if c.none {
		return cache.Temporary(scratch), nil
	}
	kept, err := c.folder()
	if err != nil && c.named() == "" {
		fmt.Fprintf(os.Stderr, "coen: building without a cache: %v\n", err)
		return cache.Temporary(scratch), nil
	}
	return kept, err
}

// named returns the folder that the user wants, if any.
func (c *cacheChoice) named() string { return cmp.Or(c.dir, os.Getenv("COEN_CACHE")) }

func (c *cacheChoice) folder() (*cache.Cache, error) {
	if name := c.named(); name != "" {
		return cache.Open(name)
	}
	return cache.User()
}

// spoiled reports whether an error comes of a damaged cache. If so the cache is
// emptied, and not used any more.
func (c *cacheChoice) spoiled(err error) bool {
	var damaged *unpacked.DamagedError
	if c.none || !errors.As(err, &damaged) {
		return false
	}
	fmt.Fprintf(os.Stderr, "coen: building again without the cache: %v\n", damaged)
	if kept, err := c.folder(); err == nil {
		_ = kept.Clear()
	}
	c.none = true
	return true
}

func cacheCommand() *cobra.Command {
	c := &cacheChoice{}
	clear := false
	cmd := &cobra.Command{
		Use:   "cache",
		Short: "Say where the cache is and how large, or empty it",
		Long: `Cache says where builds keep what they need not compute again, and how many
bytes that takes. What was used longest ago goes when it is more than the limit.
The hash of an image does not depend on any of it.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			kept, err := c.folder()
			if err != nil {
				return err
			}
			if clear {
				return kept.Clear()
			}
			size, err := kept.Size()
			if err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "Cache:      %s\nSize:       %d\nLimit:      %d\n", kept.Dir(), size, cache.Limit)
			return nil
		},
	}
	f := cmd.Flags()
	f.StringVar(&c.dir, "cache", "", "folder (default: coen/cache in the user's cache folder; also COEN_CACHE)")
	f.BoolVar(&clear, "clear", false, "empty it")
	return cmd
}
