package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"coen/bundle"
	"coen/internal/console"

	"github.com/spf13/cobra"
)

func bundleCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "bundle",
		Short: "Keep all that an image is built from in one file",
		Long: `A bundle is one file with the recipe, the lock, every package, the indices that
Debian signed, the source of COEN, of the Go modules it uses, and Go. The image
is built from it without a network; the file README in it says how.
spec/bundle.md specifies the format.`,
	}
	cmd.AddCommand(sealCommand(), openCommand())
	return cmd
}

func sealCommand() *cobra.Command {
	s := &seal{}
	cmd := &cobra.Command{
		Use:   "seal",
		Short: "Write a bundle",
		Long: `Seal writes the bundle of a recipe and its lock. It fetches what the store lacks,
and has git and go bring the source and its modules. The chain from Debian's
signatures to every package is checked first. Mirrors keep the signed indices
for hours only: seal on the day the lock is made.

It prints path, size, SHA-256 and PGP words of the bundle. The same recipe, lock
and source give the same bundle.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return s.run(cmd.Context(), cmd.OutOrStdout())
		},
	}
	s.inputs.flags(cmd)
	cmd.Flags().StringVarP(&s.out, "output", "o", "", "bundle to write (default: build/NAME-RELEASE-ARCH.bundle.tar)")
	cmd.Flags().StringVar(&s.from, "source", ".", "git checkout of COEN")
	return cmd
}

type seal struct {
	inputs
	out, from string
}

func (s *seal) run(ctx context.Context, stdout io.Writer) error {
	if err := s.load(); err != nil {
		return err
	}
	r := s.recipe
	if s.out == "" {
		s.out = filepath.Join("build", fmt.Sprintf("%s-%s-%s.bundle.tar", r.Name, r.Release, r.Architecture))
	}
	progress := console.New(os.Stderr)
	defer progress.Close()
	if err := s.fetch(ctx, progress); err != nil {
		return err
	}
	if err := s.fetchProof(ctx, progress); err != nil {
		return err
	}
	members, err := s.members(ctx)
	if err != nil {
		return fmt.Errorf("seal recipe %s: %w", s.recipeName, err)
	}
	return s.write(ctx, members, stdout)
}

// members lists what goes into the bundle.
func (s *seal) members(ctx context.Context) (all []bundle.Member, err error) {
	c := bundle.Contents{Recipe: s.recipe, Lock: s.lock}
	if c.Store, err = openStore(s.store); err != nil {
		return nil, err
	}
	if c.Source, err = bundle.Source(ctx, s.from); err != nil {
		return nil, err
	}
	if c.Modules, err = bundle.Modules(ctx, c.Source); err != nil {
		return nil, err
	}
	return c.Members()
}

func (s *seal) write(ctx context.Context, members []bundle.Member, stdout io.Writer) error {
	if err := os.MkdirAll(filepath.Dir(s.out), 0o755); err != nil {
		return err
	}
	f, err := newFile(s.out)
	if err != nil {
		return err
	}
	defer f.discard()
	progress := console.New(os.Stderr)
	defer progress.Close()
	var total int64
	for _, m := range members {
		total += m.Size
	}
	progress.Start("Sealing", total, console.Bytes)
	if err := bundle.Seal(ctx, f, members, bundle.Options{Time: s.lock.Time, Progress: progress.Add}); err != nil {
		return fmt.Errorf("seal %s: %w", s.out, err)
	}
	if err := f.commit(); err != nil {
		return err
	}
	progress.Close()
	return describe(ctx, s.out, stdout)
}

// describe prints path, size, hash and words of a bundle.
func describe(ctx context.Context, name string, stdout io.Writer) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	sum, err := digest(ctx, f, info.Size())
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "Bundle:     %s\nSize:       %d\n", name, info.Size())
	printWords(stdout, sum)
	return nil
}

func openCommand() *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use:   "open BUNDLE",
		Short: "Check a bundle and unpack it",
		Long: `Open checks a bundle and unpacks it: the digest of every file, the chain from
Debian's signatures to every package, and that nothing is missing, superfluous
or unused. It needs no network. A bundle that does not hold leaves nothing
behind. How to build from the folder is in its file README.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if dir == "" {
				dir = strings.TrimSuffix(filepath.Base(args[0]), ".tar")
			}
			return unpack(cmd.Context(), args[0], dir, cmd.OutOrStdout())
		},
	}
	cmd.Flags().StringVarP(&dir, "dir", "d", "", "folder to make (default: the bundle's name without .tar)")
	return cmd
}

// unpack unpacks and checks a bundle in a folder beside dir, which gets its
// name when all is well.
func unpack(ctx context.Context, name, dir string, stdout io.Writer) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	if _, err := os.Lstat(dir); !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("open %s: %s exists already", name, dir)
	}
	tmp, err := os.MkdirTemp(filepath.Dir(dir), filepath.Base(dir)+".*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp) // after success it has another name
	contents, err := checked(ctx, f, tmp)
	if err != nil {
		return fmt.Errorf("open %s: %w", name, err)
	}
	if err := os.Chmod(tmp, 0o755); err != nil {
		return err
	}
	if err := os.Rename(tmp, dir); err != nil {
		return err
	}
	r, l := contents.Recipe, contents.Lock
	fmt.Fprintf(stdout, "%s %s, %d packages of %s, is whole in %s.\nHow to build it without a network: %s\n",
		r.Name, r.Release, len(l.Packages), l.Time.Format("2 January 2006"), dir, filepath.Join(dir, bundle.ReadmeName))
	return nil
}

func checked(ctx context.Context, f *os.File, dir string) (*bundle.Contents, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	progress := console.New(os.Stderr)
	defer progress.Close()
	progress.Start("Unpacking", info.Size(), console.Bytes)
	if err := bundle.Unpack(ctx, f, dir, progress.Add); err != nil {
		return nil, err
	}
	return bundle.Check(dir, nil)
}
