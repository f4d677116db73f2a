package clone

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"slices"
	"syscall"

	"coen/ceremony/drive"
	"coen/ceremony/media"
)

// write copies what the manifest lists to a drive, and waits until the drive has it.
func (j *Job) write(ctx context.Context, d *drive.Drive) error {
	return j.mounted(d, drive.Write, func(dir string) error {
		w := writer{ctx: ctx, progress: j.Progress}
		if err := w.open(j.Source, dir); err != nil {
			return err
		}
		defer w.close()
		for i := range j.Manifest.Entries {
			if err := w.entry(&j.Manifest.Entries[i]); err != nil {
				return err
			}
		}
		// Times and modes of folders last: writing to a folder changes its time.
		for _, e := range slices.Backward(j.Manifest.Entries) {
			if e.Type == 'd' {
				if err := w.finish(&e); err != nil {
					return err
				}
			}
		}
		return w.flush()
	})
}

// A writer copies one tree into another. It cannot leave either.
type writer struct {
	ctx      context.Context
	progress func(int64)
	from, to *os.Root
}

func (w *writer) open(from, to string) (err error) {
	if w.from, err = os.OpenRoot(from); err != nil {
		return err
	}
	if w.to, err = os.OpenRoot(to); err != nil {
		return errors.Join(err, w.from.Close())
	}
	return nil
}

func (w *writer) close() {
	w.from.Close()
	w.to.Close()
}

// entry copies one thing. Folders come before what is in them.
func (w *writer) entry(e *media.Entry) error {
	switch e.Type {
	case 'd':
		return w.to.Mkdir(e.Path, 0o700)
	case 'l':
		target, err := w.from.Readlink(e.Path)
		if err != nil {
			return err
		}
		return w.to.Symlink(target, e.Path)
	default:
		if err := w.file(e.Path); err != nil {
			return err
		}
		return w.finish(e)
	}
}

func (w *writer) file(path string) (err error) {
	in, err := w.from.Open(path)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := w.to.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	_, err = io.CopyBuffer(writerOnly{w, out}, in, make([]byte, 1<<20))
	return err
}

// writerOnly counts what is written and ends with the context. It hides ways to
// copy that would do neither.
type writerOnly struct {
	w   *writer
	out *os.File
}

func (o writerOnly) Write(p []byte) (int, error) {
	if err := o.w.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := o.out.Write(p)
	if o.w.progress != nil {
		o.w.progress(int64(n))
	}
	return n, err
}

// finish gives a copy the mode and time of the original.
func (w *writer) finish(e *media.Entry) error {
	info, err := w.from.Lstat(e.Path)
	if err != nil {
		return err
	}
	if e.Mode != media.NoMode {
		special := info.Mode() & (fs.ModeSetuid | fs.ModeSetgid | fs.ModeSticky)
		if err := w.to.Chmod(e.Path, info.Mode().Perm()|special); err != nil && !errors.Is(err, syscall.EPERM) {
			return err // EPERM: vfat keeps no modes
		}
	}
	return w.to.Chtimes(e.Path, info.ModTime(), info.ModTime())
}

// flush waits until everything is on the drive.
func (w *writer) flush() error {
	dir, err := w.to.Open(".")
	if err != nil {
		return err
	}
	defer dir.Close()
	return drive.Flush(dir)
}
