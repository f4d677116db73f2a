package spool

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"coen/ceremony/flock"
)

// A File grows. It belongs to one goroutine.
type File struct {
	f    *os.File
	size int64
}

// Create makes a new file in a folder. If the name is taken, "-2", "-3", ... is added before its
// extension: two recorders may start within a second.
func Create(dir, name string) (*File, error) {
	ext := filepath.Ext(name)
	base := strings.TrimSuffix(name, ext)
	for i := 2; ; i++ {
		f, err := os.OpenFile(filepath.Join(dir, name), os.O_RDWR|os.O_CREATE|os.O_EXCL|os.O_APPEND, 0o644)
		if err == nil {
			return &File{f: f}, nil
		}
		if !errors.Is(err, fs.ErrExist) || i > 99 {
			return nil, err
		}
		name = fmt.Sprintf("%s-%d%s", base, i, ext)
	}
}

// Name returns the name of the file within its folder.
func (f *File) Name() string { return filepath.Base(f.f.Name()) }

// Path returns the name of the file.
func (f *File) Path() string { return f.f.Name() }

// Append writes and syncs. Either all of b is in the file or nothing. The file is locked meanwhile, so
// that no copy takes over what is taken back.
func (f *File) Append(b []byte) error {
	return flock.Do(f.f, func() error {
		_, err := f.f.Write(b)
		if err == nil {
			err = f.f.Sync()
		}
		if err != nil {
			return errors.Join(err, f.f.Truncate(f.size))
		}
		f.size += int64(len(b))
		return nil
	})
}

// Size returns the length in bytes.
func (f *File) Size() int64 { return f.size }

// Content reads the file from its beginning.
func (f *File) Content() io.Reader { return io.NewSectionReader(f.f, 0, f.size) }

// Close closes the file.
func (f *File) Close() error { return f.f.Close() }
