//go:build !linux

package drive

import (
	"errors"
	"os"
)

// Drives are mounted and copied under Linux only.

func mount(_, _, _ string, _ Access, _ string) error { return errors.ErrUnsupported }

func remount(string, Access) error { return errors.ErrUnsupported }

func unmount(string) error { return errors.ErrUnsupported }

func detach(string) error { return errors.ErrUnsupported }

func diskSequence(*os.File) (uint64, error) { return 0, errors.ErrUnsupported }

func flushBuffers(*os.File) error { return errors.ErrUnsupported }

func readPartitions(*os.File) error { return errors.ErrUnsupported }

func syncFileSystem(*os.File) error { return errors.ErrUnsupported }
