package outfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// File is what is written to.
type File interface {
	io.WriteCloser
	Sync() error
}

// Create opens a new file for writing; tests put disks in its place that are full.
type Create func(path string) (File, error)

// New creates a file that must not be there yet.
func New(path string) (File, error) {
	return os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
}

// Write puts content into the file at path. The check sees what was read back from the
// disk before anything is replaced.
func Write(path string, content []byte, create Create, check func(readBack []byte) error) error {
	target, err := filepath.EvalSymlinks(path)
	if errors.Is(err, os.ErrNotExist) {
		target = path
	} else if err != nil {
		return err
	}
	if info, err := os.Stat(target); err == nil && !info.Mode().IsRegular() {
		return direct(target, content)
	}
	temporary := filepath.Join(filepath.Dir(target), fmt.Sprintf(".%s.%d.new", filepath.Base(target), os.Getpid()))
	if err := fill(temporary, content, create, check); err != nil {
		return err
	}
	if err := os.Rename(temporary, target); err != nil {
		return errors.Join(err, os.Remove(temporary))
	}
	syncFolder(filepath.Dir(target))
	return nil
}

func direct(path string, content []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	return errors.Join(err, f.Close())
}

// fill makes the temporary file, or leaves nothing.
func fill(path string, content []byte, create Create, check func([]byte) error) error {
	f, err := create(path)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err == nil {
		err = f.Sync()
	}
	err = errors.Join(err, f.Close())
	if err == nil {
		err = readBack(path, content, check)
	}
	if err != nil {
		os.Remove(path)
	}
	return err
}

func readBack(path string, content []byte, check func([]byte) error) error {
	found, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if !bytes.Equal(found, content) {
		return fmt.Errorf("%s: the disk gives back other bytes than were written", path)
	}
	return check(found)
}

// syncFolder makes the new name durable. A file system that cannot do so has at least done the rest.
func syncFolder(path string) {
	if d, err := os.Open(path); err == nil {
		_ = d.Sync()
		d.Close()
	}
}
