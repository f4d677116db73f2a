//go:build unix && !solaris && !aix

package store

import (
	"os"
	"syscall"
)

// lock takes an exclusive lock on an open file, for as long as it is open, and
// reports whether it could.
func lock(f *os.File) bool {
	return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil
}
