//go:build !linux

package serial

import (
	"errors"
	"os"
)

// Open fails: lines are only known on Linux.
func Open(string, Settings) (*os.File, bool, error) {
	return nil, false, errors.New("serial lines can be recorded on Linux only")
}
