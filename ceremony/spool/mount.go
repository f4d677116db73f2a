package spool

import (
	"os"
	"path/filepath"
	"syscall"
)

// mountPoint returns the root of the file system that dir is on, "" if that is the machine's root.
func mountPoint(dir string) (string, error) {
	dir, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return "", err
	}
	for dir != "/" {
		if isMounted(dir) {
			return dir, nil
		}
		dir = filepath.Dir(dir)
	}
	return "", nil
}

// isMounted reports whether dir is on another device than the folder above it.
func isMounted(dir string) bool {
	here, err := os.Stat(dir)
	if err != nil {
		return false
	}
	above, err := os.Stat(filepath.Dir(dir))
	if err != nil {
		return false
	}
	a, ok := here.Sys().(*syscall.Stat_t)
	b, same := above.Sys().(*syscall.Stat_t)
	return ok && same && a.Dev != b.Dev
}
