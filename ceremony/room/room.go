// Package room says where the ceremony log of this machine is: in RAM, so that no
// flash drive that is pulled out takes it away.
//
// The folder is $CEREMONY_DIR where that is set, else /run/ceremony for root and
// $XDG_RUNTIME_DIR/ceremony for others. The image makes it at boot; elsewhere the
// first recorder does.
package room

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"coen/ceremony/chain"
)

// LogName is the name of the ceremony log in the folder.
const LogName = "ceremony.log"

// Dir returns the folder, which need not exist.
func Dir() (string, error) {
	if dir := os.Getenv("CEREMONY_DIR"); dir != "" {
		return dir, nil
	}
	if os.Geteuid() == 0 {
		return "/run/ceremony", nil
	}
	if dir := os.Getenv("XDG_RUNTIME_DIR"); dir != "" {
		return filepath.Join(dir, "ceremony"), nil
	}
	return "", errors.New("no folder in RAM for the ceremony log: set CEREMONY_DIR")
}

// Log opens the ceremony log, beginning the ceremony if nothing has yet.
func Log(now func() time.Time) (*chain.Log, error) {
	dir, err := Dir()
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("ceremony log: %w", err)
	}
	return chain.Open(filepath.Join(dir, LogName), now)
}

// Event appends one entry to the ceremony log if there is a ceremony: if the folder
// exists. Without one it does nothing, so that the tools can be used anywhere.
func Event(now func() time.Time, kind string, fields ...chain.Field) error {
	dir, err := Dir()
	if err != nil {
		return nil
	}
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	l, err := Log(now)
	if err != nil {
		return err
	}
	_, err = l.Append(kind, fields...)
	return errors.Join(err, l.Close())
}
