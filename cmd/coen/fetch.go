package main

import (
	"context"
	"fmt"
	"os"

	"coen/debian/archive"
	"coen/internal/console"
	"coen/lock"
	"coen/recipe"
	"coen/store"

	"github.com/spf13/cobra"
)

func fetchCommand() *cobra.Command {
	var in inputs
	cmd := &cobra.Command{
		Use:   "fetch",
		Short: "Bring what a lock names into the store",
		Long: `Fetch brings the packages of a lock into the store, the InRelease files it names,
and the indices that those vouched for when the lock was made. Mirrors keep
indices for hours only; which of them cannot be had any more is told, and is no
error, since a build does not need them.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := in.load(); err != nil {
				return err
			}
			progress := console.New(os.Stderr)
			defer progress.Close()
			if _, err := in.ready(cmd.Context(), false, progress); err != nil {
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
	overlays             overlayChoice
	recipeName, lockName string

	recipe *recipe.Recipe
	lock   *lock.Lock
	beside []byte // the InRelease files that lie beside the lock, if any do
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
	if in.beside, err = loadBeside(in.lockName, in.recipeName); err != nil {
		return err
	}
	if in.lock, err = lock.Parse(data); err != nil {
		return fmt.Errorf("lock %s: %w", name, err)
	}
	return in.accept(name)
}

// accept refuses a lock that this coen cannot build, or that was made from another
// recipe. The name is the lock's.
func (in *inputs) accept(name string) error {
	if err := in.lock.Profile.Check(); err != nil {
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

// ready returns the store when all that a build needs of it is there. Unless
// offline is set, what is not is fetched.
func (in *inputs) ready(ctx context.Context, offline bool, progress *console.Progress) (*store.Store, error) {
	st, err := openStore(in.store)
	if err != nil {
		return nil, err
	}
	if err := lock.KeepInReleases(in.lock, st, in.beside); err != nil {
		return nil, err
	}
	if !offline {
		return st, in.fetch(ctx, progress)
	}
	if err := lock.CheckStore(in.lock, st); err != nil {
		return nil, err
	}
	_, err = lock.InReleases(in.lock, st)
	return st, err
}

func (in *inputs) fetch(ctx context.Context, progress *console.Progress) error {
	client, err := in.client(in.lock.Time, progress)
	if err != nil {
		return err
	}
	err = lock.Fetch(ctx, in.lock, client)
	if err == nil {
		err = lock.FetchInReleases(ctx, in.lock, client)
	}
	if err != nil {
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
