package main

import (
	"context"
	"os"

	"coen/image"
	"coen/internal/console"
	"coen/store"
)

// An assembled is what a lock makes, before it is compressed, with what it lies in.
type assembled struct {
	system *image.System
	again  *os.File // empty, for an image that is made again

	closers []func()
}

// Close gives up the files that the system lies in.
func (a *assembled) Close() {
	for _, c := range a.closers {
		c()
	}
}

// assemble makes what the lock makes of what is in the store.
func (in *inputs) assemble(ctx context.Context, st *store.Store, c *cacheChoice, jobs int, progress *console.Progress) (*assembled, error) {
	a := &assembled{}
	what, err := imageInputs(in, st)
	if err != nil {
		return nil, err
	}
	kept, err := c.open(os.TempDir())
	if err != nil {
		return nil, err
	}
	a.closers = append(a.closers, func() { kept.Close() })
	var files [2]*pending // of which nothing is to stay
	for i := range files {
		f, err := os.CreateTemp("", "coen-*")
		if err != nil {
			a.Close()
			return nil, err
		}
		files[i] = &pending{File: f}
		a.closers = append(a.closers, files[i].discard)
	}
	a.again = files[1].File
	means := image.Means{Scratch: files[0], Workers: jobs, Cache: kept, Progress: shown{progress}}
	if a.system, err = image.Assemble(ctx, what, means); err != nil {
		a.Close()
		return nil, err
	}
	return a, nil
}
