package main

import (
	"context"
	"fmt"
	"os"

	"coen/debian/archive"
	"coen/internal/console"
	"coen/lock"
	"coen/recipe"

	"github.com/spf13/cobra"
)

func fetchCommand() *cobra.Command {
	var in inputs
	cmd := &cobra.Command{
		Use:   "fetch",
		Short: "Bring what a lock names into the store",
		Long: `Fetch brings the packages of a lock into the store, and the signed indices that
vouched for them when the lock was made. Mirrors keep these for hours only;
which of them cannot be had any more is told, and is no error, since a build
does not need them.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := in.load(); err != nil {
				return err
			}
			progress := console.New(os.Stderr)
			defer progress.Close()
			if err := in.fetch(cmd.Context(), progress); err != nil {
				return err
			}
			return in.fetchProof(cmd.Context(), progress)
		},
	}
	in.flags(cmd)
	return cmd
}

// inputs are the recipe and lock that a command works on.
type inputs struct {
	source
	recipeName, lockName string

	recipe *recipe.Recipe
	lock   *lock.Lock
}

func (in *inputs) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVarP(&in.recipeName, "recipe", "r", defaultRecipe, "recipe: a path, or the name of a shipped one")
	f.StringVarP(&in.lockName, "lock", "l", "", "lock (default: beside the recipe)")
	in.source.flags(cmd)
}

// load reads recipe and lock, and refuses a lock made from another recipe.
func (in *inputs) load() (err error) {
	if in.recipe, err = loadRecipe(in.recipeName); err != nil {
		return err
	}
	data, name, err := loadLock(in.lockName, in.recipeName)
	if err != nil {
		return err
	}
	if in.lock, err = lock.Parse(data); err != nil {
		return fmt.Errorf("lock %s: %w", name, err)
	}
	digest, err := archive.ParseDigest(in.recipe.Digest())
	if err != nil {
		return err
	}
	if err := in.lock.CheckRecipe(digest); err != nil {
		return fmt.Errorf("lock %s: %w", name, err)
	}
	return nil
}

func (in *inputs) fetch(ctx context.Context, progress *console.Progress) error {
	client, err := in.client(in.lock.Time, progress)
	if err != nil {
		return err
	}
	if err := lock.Fetch(ctx, in.lock, client); err != nil {
		return fmt.Errorf("fetch: %w", err)
	}
	return nil
}

// fetchProof brings what the lock rests on, as far as it can be had.
func (in *inputs) fetchProof(ctx context.Context, progress *console.Progress) error {
	client, err := in.client(in.lock.Time, progress)
	if err != nil {
		return err
	}
	gone, err := lock.FetchProof(ctx, in.lock, client, nil)
	if err != nil {
		return fmt.Errorf("fetch signed indices: %w", err)
	}
	progress.Close()
	for _, name := range gone {
		fmt.Fprintf(os.Stderr, "coen: %s cannot be had any more; the packages do not depend on it\n", name)
	}
	return nil
}
