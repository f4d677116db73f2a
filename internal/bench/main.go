// Bench measures what an image costs, side by side with the way in which the
// predecessor makes it, on the same packages and the same machine:
//
//	go run ./internal/bench -recipe coen -coen build/bin/coen -dir build/bench
//
// Ours is coen with nothing in its cache, with everything in it, and after a
// change to one file of the recipe. Theirs is mmdebstrap, out of a local repository
// of the packages, then mksquashfs and xorriso, with the options that the
// predecessor gives them. Packages are in the user's store before (coen fetch);
// nothing is fetched.
//
// Steps can be taken one at a time (-steps); results are kept in the folder, and
// the table has those there are. All of them take a quarter of an hour, root, and
// the three programs.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
)

// A bench is the work to do.
type bench struct {
	recipe string // name of a shipped one
	coen   string // the program
	dir    string // for results and all else
}

// A step is measured on its own.
type step struct {
	name string
	run  func(*bench, context.Context) (measure, error)
}

var steps = []step{
	{"cold", (*bench).cold},
	{"warm", (*bench).warm},
	{"changed", (*bench).changed},
	{"mmdebstrap", (*bench).mmdebstrap},
	{"mksquashfs", (*bench).mksquashfs},
	{"xorriso", (*bench).xorriso},
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var all []string
	for _, s := range steps {
		all = append(all, s.name)
	}
	b := &bench{}
	flag.StringVar(&b.recipe, "recipe", "coen", "name of the recipe")
	flag.StringVar(&b.coen, "coen", "build/bin/coen", "the program coen")
	flag.StringVar(&b.dir, "dir", "build/bench", "folder for results and all else")
	chosen := flag.String("steps", strings.Join(all, ","), "what to measure")
	flag.Parse()
	if err := b.run(ctx, strings.Split(*chosen, ",")); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func (b *bench) run(ctx context.Context, chosen []string) error {
	if err := os.MkdirAll(b.dir, 0o755); err != nil {
		return err
	}
	results, err := b.load()
	if err != nil {
		return err
	}
	for _, s := range steps {
		if !slices.Contains(chosen, s.name) {
			continue
		}
		fmt.Fprintln(os.Stderr, "measuring", s.name)
		m, err := s.run(b, ctx)
		if err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		results[s.name] = m
		if err := b.save(results); err != nil {
			return err
		}
	}
	fmt.Print(table(results))
	return nil
}
