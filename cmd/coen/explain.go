package main

import (
	"errors"
	"fmt"
	"io"

	"coen/inspect/explain"
	"coen/internal/failure"

	"github.com/spf13/cobra"
)

func explainCommand() *cobra.Command {
	x := &explanation{}
	cmd := &cobra.Command{
		Use:   "explain ISO PATH...",
		Short: "Say who wrote a path of an image, back to a signature of Debian's",
		Long: `Explain prints, for each path of the image's root file system, the chain from the
path to its author (a package, a line of a maintainer script, a rule of the
recipe, COEN itself), from there to the package in the lock, the index that
lists it, the InRelease file that vouches for the index, and the keys that
signed it. The signatures are checked, with the files that lie on the medium.
The index is looked into if the store has it.

A path whose content is not what the medium's provenance list says is told, and
ends the program with status 1.`,
		Example: "  coen explain coen-3.0.0-amd64.iso /usr/bin/passwd /etc/hosts",
		Args:    cobra.MinimumNArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return x.run(cmd.OutOrStdout(), args[0], args[1:])
		},
	}
	cmd.Flags().BoolVar(&x.json, "json", false, "print JSON")
	cmd.Flags().StringVar(&x.store, "store", "", "folder of the store (default: in the user's cache)")
	return cmd
}

type explanation struct {
	json  bool
	store string
}

func (x *explanation) run(stdout io.Writer, iso string, paths []string) error {
	image, err := openImage(iso)
	if err != nil {
		return err
	}
	defer image.Close()
	st, err := openStore(x.store)
	if err != nil {
		return err
	}
	e, err := explain.New(image.Image, st)
	if err != nil {
		return fmt.Errorf("%s: %w", iso, err)
	}
	var chains []*explain.Chain
	for _, name := range paths {
		c, err := e.Path(name)
		if err != nil {
			return fmt.Errorf("%s: %w", iso, err)
		}
		chains = append(chains, c)
	}
	return x.print(stdout, chains)
}

func (x *explanation) print(stdout io.Writer, chains []*explain.Chain) error {
	if x.json {
		if err := writeJSON(stdout, chains); err != nil {
			return err
		}
	}
	var changed error
	for _, c := range chains {
		if !x.json {
			if err := c.Text(stdout); err != nil {
				return err
			}
		}
		if !c.Intact {
			changed = errors.Join(changed, &failure.DifferentError{Err: fmt.Errorf("%s is not what the provenance list says", c.Path)})
		}
	}
	return changed
}
