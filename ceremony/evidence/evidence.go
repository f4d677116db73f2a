// Package evidence compares the files that a ceremony publishes, typescripts, consoles and logs of key
// tools, with what the ceremony log says of them in its entries of kind "file".
//
// The log is taken as it is; package chain says whether it holds.
package evidence

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"coen/ceremony/chain"
)

// A File is one that a log speaks of.
type File struct {
	Name   string // without folders
	Bytes  int64
	SHA256 chain.Hash
	Entry  int64 // that says so; the last one, if several do
}

// Files reads a log as far as it holds and returns the files it speaks of, in the order of their first
// entries. It fails if an entry is not one that a recorder writes.
func Files(log io.Reader) (files []File, err error) {
	at := map[string]int{}
	_, err = chain.Scan(log, func(e chain.Entry, _ []byte) error {
		if e.Kind != "file" {
			return nil
		}
		f, err := parse(e)
		if err != nil {
			return fmt.Errorf("entry %d: %w", e.Number, err)
		}
		if i, again := at[f.Name]; again {
			files[i] = f
			return nil
		}
		at[f.Name] = len(files)
		files = append(files, f)
		return nil
	})
	var broken *chain.BrokenError
	if errors.As(err, &broken) {
		err = nil
	}
	return files, err
}

func parse(e chain.Entry) (f File, err error) {
	f.Name, f.Entry = e.Get("name"), e.Number
	if f.Name != filepath.Base(f.Name) || f.Name == "." || f.Name == ".." || f.Name == "/" {
		return f, fmt.Errorf("%q is no file name", f.Name)
	}
	if f.Bytes, err = strconv.ParseInt(e.Get("bytes"), 10, 64); err != nil || f.Bytes < 0 {
		return f, fmt.Errorf("%q is no size", e.Get("bytes"))
	}
	f.SHA256, err = chain.ParseHash(e.Get("sha256"))
	return f, err
}

// Draft returns the entry that says what the file with that name consists of.
func Draft(name string, content io.Reader) (chain.Draft, error) {
	h := sha256.New()
	n, err := io.Copy(h, content)
	if err != nil {
		return chain.Draft{}, err
	}
	return chain.Draft{Kind: "file", Fields: []chain.Field{
		chain.F("name", name), chain.F("bytes", n), chain.F("sha256", chain.Hash(h.Sum(nil)))}}, nil
}

// What comparing a file can say.
var (
	ErrMissing   = errors.New("is not there")
	ErrDifferent = errors.New("is not what was recorded")
)

// Check compares the file of that name in a folder. The error wraps ErrMissing or ErrDifferent, or is
// one of reading.
func (f File) Check(dir string) error {
	in, err := os.Open(filepath.Join(dir, f.Name))
	if errors.Is(err, fs.ErrNotExist) {
		return ErrMissing
	}
	if err != nil {
		return err
	}
	defer in.Close()
	info, err := in.Stat()
	if err != nil {
		return err
	}
	if info.Size() != f.Bytes {
		return fmt.Errorf("%w: %d bytes instead of %d", ErrDifferent, info.Size(), f.Bytes)
	}
	h := sha256.New()
	if _, err := io.Copy(h, in); err != nil {
		return err
	}
	if chain.Hash(h.Sum(nil)) != f.SHA256 {
		return fmt.Errorf("%w: same size, other content", ErrDifferent)
	}
	return nil
}
