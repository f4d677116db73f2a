package cache

import (
	"cmp"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

const secretSize = 32

// readSecret returns the content of the file, which is made if it is not there.
func readSecret(name string) ([]byte, error) {
	secret, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		if err = writeSecret(name); err == nil {
			secret, err = os.ReadFile(name)
		}
	}
	if err != nil {
		return nil, err
	}
	if len(secret) != secretSize {
		return nil, fmt.Errorf("%s has %d bytes, not %d; delete it", name, len(secret), secretSize)
	}
	return secret, nil
}

// writeSecret makes a file of random bytes. If another process does so at the same
// time, the first one's stay.
func writeSecret(name string) error {
	dir := filepath.Dir(name)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, ".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	secret := make([]byte, secretSize)
	rand.Read(secret) // does not fail
	_, err = f.Write(secret)
	if err = cmp.Or(err, f.Close()); err != nil {
		return err
	}
	if err := os.Link(f.Name(), name); !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}
