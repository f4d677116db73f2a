// Package flock takes turns with other processes on a file, by flock(2). The lock belongs to the open
// file, ends with the process, and binds only those who ask for it.
package flock

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// Do calls do while nobody else holds the file.
func Do(f *os.File, do func() error) error {
	err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX)
	for errors.Is(err, syscall.EINTR) {
		err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX)
	}
	if err != nil {
		return fmt.Errorf("lock %s: %w", f.Name(), err)
	}
	defer syscall.Flock(int(f.Fd()), syscall.LOCK_UN)
	return do()
}
