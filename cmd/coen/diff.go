package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"

	"coen/inspect/diff"
	"coen/internal/console"
	"coen/internal/failure"
	"coen/lock"

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

A lock ends in .lock. Of an ISO and a lock, the lock on the ISO is compared; what a
lock makes of each file is what verify --no-rebuild compares.

Exit status: 0 the same, 1 different.`,
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
	return cmd
}

type difference struct {
	json, brief, all bool
	html             string
}

func (d *difference) run(ctx context.Context, stdout io.Writer, a, b string) error {
	progress := console.New(os.Stderr)
	defer progress.Close()
	sideA, closeA, err := openSide(a)
	if err != nil {
		return err
	}
	defer closeA()
	sideB, closeB, err := openSide(b)
	if err != nil {
		return err
	}
	defer closeB()
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
	e := json.NewEncoder(stdout)
	e.SetIndent("", "  ")
	return e.Encode(r)
}

// openSide opens an ISO or reads a lock.
func openSide(name string) (*diff.Side, func() error, error) {
	if strings.HasSuffix(name, ".lock") {
		data, err := os.ReadFile(name)
		if err != nil {
			return nil, nil, err
		}
		l, err := lock.Parse(data)
		if err != nil {
			return nil, nil, fmt.Errorf("lock %s: %w", name, err)
		}
		return &diff.Side{Name: name, Lock: l}, func() error { return nil }, nil
	}
	img, err := openImage(name)
	if err != nil {
		return nil, nil, err
	}
	return &diff.Side{Name: name, Image: img.Image}, img.Close, nil
}
