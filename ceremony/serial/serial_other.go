//go:build !linux

package serial

import (
	"errors"
	"os"
)

// Mode is how the lines are set, for people.
const Mode = "8N1"

// Open fails: lines are only known on Linux.
func Open(string, int) (*os.File, bool, error) {
	return nil, false, errors.New("serial lines can be recorded on Linux only")
}
