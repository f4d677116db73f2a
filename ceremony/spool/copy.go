package spool

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"coen/ceremony/flock"
)

// A Copy follows a growing file into a folder. It belongs to one goroutine; other processes may
// follow the same file into the same folder.
type Copy struct {
	from, to string
	mount    string   // mount point above to, "" for the root file system
	in, out  *os.File // nil while the copy is not open
	same     int64    // that many bytes of both are known to be equal
	synced   bool     // all of out, since it was opened
}

// NewCopy follows the file at path from to the path to. Nothing is read or written yet. Where the
// folder of to is mounted now is where CatchUp will expect a file system.
func NewCopy(from, to string) (*Copy, error) {
	to, err := filepath.Abs(to)
	if err != nil {
		return nil, err
	}
	mount, err := mountPoint(filepath.Dir(to))
	if err != nil {
		return nil, err
	}
	return &Copy{from: from, to: to, mount: mount}, nil
}

// Path returns the name of the copy.
func (c *Copy) Path() string { return c.to }

// CatchUp brings the copy up to date and syncs it. After an error it can be called again: it starts
// over with comparing what is there.
func (c *Copy) CatchUp() error {
	err := c.catchUp()
	if err == nil {
		return nil
	}
	c.Close()
	folder := filepath.Dir(c.to)
	if _, gone := os.Stat(folder); errors.Is(gone, fs.ErrNotExist) {
		return fmt.Errorf("%s is gone", folder)
	}
	return err
}

// Close closes the files. The copy can be caught up again.
func (c *Copy) Close() {
	if c.out != nil {
		c.in.Close()
		c.out.Close()
		c.in, c.out = nil, nil
	}
}

func (c *Copy) catchUp() error {
	if c.mount != "" && !isMounted(c.mount) {
		return fmt.Errorf("nothing is mounted at %s", c.mount)
	}
	if c.out == nil {
		if err := c.open(); err != nil {
			return err
		}
	}
	for path, f := range map[string]*os.File{c.from: c.in, c.to: c.out} {
		if err := inPlace(path, f); err != nil {
			return err
		}
	}
	return flock.Do(c.out, c.grow)
}

// inPlace fails unless the path leads to the open file.
func inPlace(path string, f *os.File) error {
	there, err := os.Stat(path)
	if err != nil {
		return err
	}
	mine, err := f.Stat()
	if err != nil {
		return err
	}
	if !os.SameFile(there, mine) {
		return fmt.Errorf("%s: another file stands in its place", path)
	}
	return nil
}

// committed returns how much of the original will stay: while nobody writes, all of it.
func (c *Copy) committed() (size int64, err error) {
	err = flock.Do(c.in, func() error {
		info, err := c.in.Stat()
		if err == nil {
			size = info.Size()
		}
		return err
	})
	return size, err
}

// open opens the copy, creating it if it is not there.
func (c *Copy) open() error {
	in, err := os.Open(c.from)
	if err != nil {
		return err
	}
	_, err = os.Stat(c.to)
	isNew := errors.Is(err, fs.ErrNotExist)
	out, err := os.OpenFile(c.to, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o644)
	if err != nil {
		in.Close()
		return err
	}
	c.in, c.out, c.same, c.synced = in, out, 0, false
	if isNew {
		return syncFolder(filepath.Dir(c.to))
	}
	return nil
}

// grow compares what is not known to be equal yet and appends what is missing.
func (c *Copy) grow() error {
	size, err := c.committed()
	if err != nil {
		return err
	}
	info, err := c.out.Stat()
	if err != nil {
		return err
	}
	if info.Size() < c.same {
		c.same = 0 // somebody cut it: compare anew
	}
	equal, err := c.compare(info.Size())
	if err != nil {
		return err
	}
	if !equal {
		if err := c.setAside(); err != nil {
			return err
		}
		return fmt.Errorf("%s was found changed, and is kept as %s-*", c.to, c.to+changed)
	}
	n, err := io.Copy(c.out, io.NewSectionReader(c.in, c.same, size-c.same))
	if err != nil {
		return err
	}
	c.same += n
	// What was just opened is synced even if nothing is new: its end may be in the memory of
	// the machine only, from a write that the drive refused.
	if n == 0 && c.synced {
		return nil
	}
	err = c.out.Sync()
	c.synced = err == nil
	return err
}

// compare reports whether the copy, up to size, is what the original begins with.
func (c *Copy) compare(size int64) (bool, error) {
	a, b := make([]byte, 64<<10), make([]byte, 64<<10)
	for c.same < size {
		n := int(min(size-c.same, int64(len(a))))
		if _, err := c.out.ReadAt(a[:n], c.same); err != nil {
			return false, err
		}
		if _, err := c.in.ReadAt(b[:n], c.same); errors.Is(err, io.EOF) {
			return false, nil // longer than the original
		} else if err != nil {
			return false, err
		}
		if !bytes.Equal(a[:n], b[:n]) {
			return false, nil
		}
		c.same += int64(n)
	}
	return true, nil
}

// changed is added to the name of a copy that is not what it should be, with a number.
const changed = ".changed"

func (c *Copy) setAside() error {
	for i := 1; i < 100; i++ {
		name := fmt.Sprintf("%s%s-%d", c.to, changed, i)
		if _, err := os.Lstat(name); errors.Is(err, fs.ErrNotExist) {
			return os.Rename(c.to, name)
		}
	}
	return fmt.Errorf("%s was found changed too often", c.to)
}

func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	// Some file systems cannot sync a folder; the file itself is synced in any case.
	_ = d.Sync()
	return nil
}
