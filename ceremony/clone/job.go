package clone

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"

	"coen/ceremony/drive"
	"coen/ceremony/media"
)

// A Step is what is being done with a drive.
type Step string

// The steps, in their order.
const (
	Format Step = "format"
	Write  Step = "write"
	Verify Step = "read back"
)

// A Job is what is to be copied.
type Job struct {
	Source     string // folder
	Manifest   *media.Manifest
	FileSystem string // of the copies: "vfat", "exfat" or "ext4"
	Label      string // of the copies

	// Begin, if not nil, hears of each step before it is done; Progress of each
	// run of bytes written or read back. Several drives call them at a time.
	Begin    func(*drive.Drive, Step)
	Progress func(n int64)

	// forking keeps one drive from being held, for the moment in which another
	// one's mkfs is started, by the process that is about to become that mkfs.
	forking sync.Mutex
}

// Work returns how many bytes Progress hears of for each drive.
func (j *Job) Work() int64 {
	_, size := j.Manifest.Files()
	return 2 * size
}

// A Result is what came of one drive: a proved copy if Err is nil.
type Result struct {
	Drive *drive.Drive
	Err   error
	// Root is the root hash of what was read back, the source's if Err is nil and
	// both file systems keep modes or both do not.
	Root [32]byte
}

// A DifferentError says that a drive does not return what was written to it.
type DifferentError struct{ Differences []media.Difference }

func (e *DifferentError) Error() string {
	more := ""
	if n := len(e.Differences) - 1; n > 0 {
		more = fmt.Sprintf(" and %d more", n)
	}
	return fmt.Sprintf("what was read back differs: %v%s", e.Differences[0], more)
}

// Run makes the copies, all at a time, and returns what came of each, in order.
func (j *Job) Run(ctx context.Context, drives []drive.Drive) []Result {
	results := make([]Result, len(drives))
	var all sync.WaitGroup
	for i := range drives {
		all.Go(func() {
			r := &results[i]
			r.Drive = &drives[i]
			r.Root, r.Err = j.copy(ctx, r.Drive)
		})
	}
	all.Wait()
	return results
}

// copy makes one copy.
func (j *Job) copy(ctx context.Context, d *drive.Drive) (root [32]byte, err error) {
	if err := j.possible(); err != nil {
		return root, err
	}
	lock, err := d.Lock()
	if err != nil {
		return root, err
	}
	defer lock.Close()
	var back *media.Manifest
	for _, s := range []struct {
		step Step
		do   func() error
	}{
		{Format, func() error { return j.format(ctx, d) }},
		{Write, func() error { return j.write(ctx, d) }},
		{Verify, func() error { back, err = j.readBack(ctx, d); return err }},
	} {
		if j.Begin != nil {
			j.Begin(d, s.step)
		}
		if err = s.do(); err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return root, fmt.Errorf("%s: %w", s.step, err)
		}
	}
	if list := media.Compare(j.Manifest, back); len(list) > 0 {
		return back.Root(), &DifferentError{list}
	}
	return back.Root(), nil
}

// possible checks that the file system of the copies can hold the source.
func (j *Job) possible() error {
	if _, ok := systems[j.FileSystem]; !ok {
		return fmt.Errorf("no way to make a file system of type %q", j.FileSystem)
	}
	for i := range j.Manifest.Entries {
		e := &j.Manifest.Entries[i]
		if e.Type != 'f' && e.Type != 'd' && (e.Type != 'l' || !systems[j.FileSystem].links) {
			return fmt.Errorf("%s cannot hold %q (type %c)", j.FileSystem, e.Path, e.Type)
		}
	}
	return nil
}

// mounted does something with the file system of a drive mounted at a folder of
// its own.
func (j *Job) mounted(d *drive.Drive, access drive.Access, do func(dir string) error) (err error) {
	dir := drive.MediaDir + "/copy-" + d.Name
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.Remove(dir)) }()
	if err := d.Check(); err != nil {
		return err
	}
	if err := drive.MountAt(d.Path, dir, j.FileSystem, access); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, drive.Unmount(dir)) }()
	return do(dir)
}

// readBack reads what a drive holds, from the drive.
func (j *Job) readBack(ctx context.Context, d *drive.Drive) (m *media.Manifest, err error) {
	if err := d.Drop(); err != nil {
		return nil, err
	}
	err = j.mounted(d, drive.ReadOnly, func(dir string) error {
		m, err = media.Read(ctx, dir, j.Progress)
		return err
	})
	return m, err
}
