package main

import (
	"fmt"
	"os"
	"time"

	"coen/debian/archive"
	"coen/internal/console"
	"coen/lock"
	"coen/recipe"
	"coen/store"

	"github.com/spf13/cobra"
)

func lockCommand() *cobra.Command {
	var src source
	var recipeName, out, previous, snapshot string
	cmd := &cobra.Command{
		Use:   "lock",
		Short: "Resolve a recipe's packages, verify Debian's signatures and write the lock",
		Long: `Lock resolves the packages of a recipe in archives whose signatures hold, and
writes NAME.lock and beside it NAME.InRelease: the signed files that the lock
names, one after the other. A build puts them onto the medium; keep both.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			r, err := loadRecipe(recipeName)
			if err != nil {
				return err
			}
			if out == "" {
				if !isPath(recipeName) {
					return fmt.Errorf("say with -o where the lock of the shipped recipe %s is to go", recipeName)
				}
				out = lockBeside(recipeName)
			}
			now := time.Now()
			if snapshot != "" {
				if now, err = time.Parse(time.RFC3339, snapshot); err != nil {
					return fmt.Errorf("--snapshot: %w", err)
				}
			}
			progress := console.New(os.Stderr)
			defer progress.Close()
			client, err := src.client(now, progress)
			if err != nil {
				return err
			}
			request, err := lockRequest(r, now)
			if err != nil {
				return err
			}
			request.Client = client
			if request.Previous, err = earlier(previous, out); err != nil {
				return err
			}
			l, err := lock.Make(cmd.Context(), request)
			if err != nil {
				return fmt.Errorf("lock recipe %s: %w", recipeName, err)
			}
			if err := writeLock(out, l, client.Store); err != nil {
				return err
			}
			progress.Close()
			fmt.Fprintf(cmd.OutOrStdout(), "Lock:       %s\nPackages:   %d\nSHA-256:    %s\n", out, len(l.Packages), l.Digest())
			return nil
		},
	}
	f := cmd.Flags()
	f.StringVarP(&recipeName, "recipe", "r", defaultRecipe, "recipe: a path, or the name of a shipped one")
	f.StringVarP(&out, "output", "o", "", "lock to write (default: beside the recipe)")
	f.StringVar(&previous, "previous", "", "refuse archives older than in this lock (default: the one to be replaced)")
	f.StringVar(&snapshot, "snapshot", "", "judge by this time, 2026-11-01T00:00:00Z, instead of now")
	src.flags(cmd)
	return cmd
}

// writeLock writes a lock, and beside it the InRelease files it names.
func writeLock(out string, l *lock.Lock, st *store.Store) error {
	signed, err := lock.JoinInReleases(l, st)
	if err != nil {
		return err
	}
	if err := writeFile(inReleasesBeside(out), signed); err != nil {
		return err
	}
	return writeFile(out, l.Bytes())
}

// lockRequest asks for what the recipe wants.
func lockRequest(r *recipe.Recipe, now time.Time) (lock.Request, error) {
	digest, err := archive.ParseDigest(r.Digest())
	if err != nil {
		return lock.Request{}, err
	}
	request := lock.Request{
		Recipe: digest, Arch: r.Architecture, Packages: r.Packages, Loaders: r.Boot.Packages, Time: now,
	}
	for _, s := range r.Sources {
		for _, suite := range s.Suites {
			request.Suites = append(request.Suites, lock.Suite{Archive: s.Archive, Name: suite, Components: s.Components})
		}
	}
	return request, nil
}

// earlier reads the lock against which a rollback is noticed: the named one, or
// the one that will be replaced, if there is one.
func earlier(name, out string) (*lock.Lock, error) {
	explicit := name != ""
	if !explicit {
		name = out
	}
	data, err := os.ReadFile(name)
	if os.IsNotExist(err) && !explicit {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	l, err := lock.ParsePrevious(data)
	if err != nil {
		return nil, fmt.Errorf("lock %s: %w", name, err)
	}
	return l, nil
}
