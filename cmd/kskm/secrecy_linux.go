package main

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// keepSecrets sees to it that no PIN gets out of the memory of the process: it leaves no core file, and
// other processes of the same user can neither read its memory nor trace it. Secret keys stay in tokens anyway.
func keepSecrets() error {
	if err := unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{}); err != nil {
		return fmt.Errorf("no core files: %w", err)
	}
	if err := unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0); err != nil {
		return fmt.Errorf("no reading of memory: %w", err)
	}
	return nil
}
