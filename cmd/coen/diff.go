package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"

	"coen/inspect"
	"coen/inspect/diff"
	"coen/internal/console"
	"coen/internal/failure"
	"coen/lock"
	"coen/verify"

	"github.com/spf13/cobra"
)

func diffCommand() *cobra.Command {
	d := &difference{}
	cmd := &cobra.Command{
		Use:   "diff A B",
		Short: "Say how two images or locks differ, and why",
		Long: `Diff compares two ISOs, two locks, or an ISO and a lock: packages, boot menus and
kernel arguments, partitions, every path of the medium, the EFI system partition,
the initramfs and the root file system. For each difference it says what differs,
who made it so, and how the contents differ; it ends in the cause, in one sentence
where there is one.

A lock ends in .lock. An ISO is compared with all that a lock makes if the recipe of
the lock ships with coen or lies beside it, and the store has its packages.

Exit status: 0 the same, 1 different, 3 an input cannot be had.`,
		Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return d.run(cmd.Context(), cmd.OutOrStdout(), args[0], args[1])
		},
	}
	f := cmd.Flags()
	f.BoolVar(&d.json, "json", false, "print the result as JSON")
	f.StringVar(&d.html, "html", "", "write the result as a page of HTML to this file, too")
	f.BoolVar(&d.brief, "brief", false, "do not show how contents differ")
	f.BoolVar(&d.all, "all", false, "list what only follows from other differences, too")
	d.cache.flags(cmd)
	return cmd
}

type difference struct {
	cache            cacheChoice
	json, brief, all bool
	html             string
}

func (d *difference) run(ctx context.Context, stdout io.Writer, a, b string) error {
	progress := console.New(os.Stderr)
	defer progress.Close()
	var open closers
	defer open.close()
	sideA, err := openSide(a, &open)
	if err != nil {
		return err
	}
	sideB, err := openSide(b, &open)
	if err != nil {
		return err
	}
	switch {
	case sideA.Image == nil && sideB.Image != nil:
		err = d.make(ctx, sideA, sideB.Image, progress, &open)
	case sideB.Image == nil && sideA.Image != nil:
		err = d.make(ctx, sideB, sideA.Image, progress, &open)
	}
	if err != nil {
		return err
	}
	progress.Start("Comparing", 0, console.Items)
	report, err := diff.Compare(ctx, sideA, sideB)
	if err != nil {
		return fmt.Errorf("compare %s and %s: %w", a, b, err)
	}
	progress.Close()
	if err := d.write(stdout, report); err != nil {
		return err
	}
	if report.Different() {
		return &failure.DifferentError{Err: fmt.Errorf("%s and %s are different", a, b)}
	}
	return nil
}

func (d *difference) write(stdout io.Writer, r *diff.Report) error {
	if d.html != "" {
		var page strings.Builder
		if err := r.HTML(&page); err != nil {
			return err
		}
		if err := writeFile(d.html, []byte(page.String())); err != nil {
			return err
		}
	}
	if !d.json {
		return r.Text(stdout, !d.brief, d.all)
	}
	return writeJSON(stdout, r)
}

// closers are to be called at the end.
type closers []func()

func (c *closers) add(f func()) { *c = append(*c, f) }

func (c *closers) close() {
	for _, f := range *c {
		f()
	}
}

// openSide opens an ISO or reads a lock.
func openSide(name string, open *closers) (*diff.Side, error) {
	if strings.HasSuffix(name, lockEnding) {
		l, err := readLock(name)
		return &diff.Side{Name: name, Lock: l}, err
	}
	img, err := openImage(name)
	if err != nil {
		return nil, err
	}
	open.add(func() { img.Close() })
	return &diff.Side{Name: name, Image: img.Image}, nil
}

// lockEnding ends the names of locks.
const lockEnding = ".lock"

// make fills a side that is only a lock with what the lock makes, around the
// compressed blocks of an image that it will be compared with.
func (d *difference) make(ctx context.Context, side *diff.Side, img *inspect.Image, progress *console.Progress, open *closers) error {
	in := inputs{lockName: side.Name}
	var err error
	if in.recipeName, err = recipeOf(side.Name, side.Lock); err != nil {
		return err
	}
	if err := in.load(); err != nil {
		return err
	}
	st, err := in.ready(ctx, true, progress)
	if err != nil {
		return err
	}
	made, err := in.assemble(ctx, st, &d.cache, runtime.GOMAXPROCS(0), progress)
	if err != nil {
		return err
	}
	open.add(made.Close)
	full, err := verify.Side(img, made.system, verify.Options{Lock: in.lock, Again: made.again})
	if err != nil {
		return err
	}
	full.Name = side.Name
	*side = *full
	return nil
}

// recipeOf finds the recipe of a lock: beside it, or among those that ship with coen.
func recipeOf(name string, l *lock.Lock) (string, error) {
	beside := strings.TrimSuffix(name, lockEnding) + ".yaml"
	for _, candidate := range append([]string{beside}, shipped()...) {
		if r, err := loadRecipe(candidate); err == nil && r.Digest() == l.Recipe.String() {
			return candidate, nil
		}
	}
	return "", &failure.MissingError{Items: []failure.Missing{{
		Name: "recipe of " + name, Tried: append([]string{beside}, shipped()...),
	}}}
}
