package drive

import (
	"errors"
	"fmt"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// ErrReplaced says that a device node no longer leads to the drive that was meant.
var ErrReplaced = errors.New("another drive is plugged in there now")

// Check returns ErrReplaced if the device is no longer the insertion that d is.
func (d *Drive) Check() error {
	f, err := d.open(os.O_RDONLY)
	if err != nil {
		return err
	}
	return f.Close()
}

// open opens the drive. It fails with ErrReplaced.
func (d *Drive) open(flags int) (*os.File, error) {
	f, err := os.OpenFile(d.Path, flags, 0)
	if err != nil {
		return nil, err
	}
	if err := d.checkFile(f); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

func (d *Drive) checkFile(f *os.File) error {
	sequence, err := diskSequence(f)
	if err != nil {
		return fmt.Errorf("%s: number of insertion: %w", d.Path, err)
	}
	if sequence != d.Sequence {
		return fmt.Errorf("%s: %w", d.Path, ErrReplaced)
	}
	return nil
}

// OpenExclusive opens a drive for writing. It fails if anything of the drive is
// mounted or otherwise in use, and with ErrReplaced.
func (d *Drive) OpenExclusive() (*os.File, error) {
	return d.open(os.O_RDWR | os.O_EXCL)
}

// Drop has the kernel write what it holds for a drive and forget what it knows
// of it, so that what is read next comes from the drive.
func (d *Drive) Drop() error {
	f, err := d.open(os.O_RDONLY)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := f.Sync(); err != nil {
		return fmt.Errorf("%s: %w", d.Path, err)
	}
	if err := flushBuffers(f); err != nil {
		return fmt.Errorf("%s: drop what is cached: %w", d.Path, err)
	}
	return nil
}

// ReadPartitions has the kernel read the partition table of an open drive again.
// Drives that cannot have partitions are as they are.
func ReadPartitions(f *os.File) error {
	if err := readPartitions(f); err != nil && !errors.Is(err, syscall.EINVAL) {
		return fmt.Errorf("%s: read the partition table again: %w", f.Name(), err)
	}
	return nil
}

// Flush waits until everything of the file system that f is on is on the drive,
// and tells of errors of what the kernel wrote on its own.
func Flush(f *os.File) error {
	if err := syncFileSystem(f); err != nil {
		return fmt.Errorf("flush %s: %w", f.Name(), err)
	}
	return nil
}

// Lock keeps others from a drive while it is worked on: udev leaves a device
// alone as long as somebody holds a BSD lock of it (systemd's rule for block
// devices), and so does the drive guard. Closing the file ends it.
func (d *Drive) Lock() (*os.File, error) {
	f, err := d.open(os.O_RDONLY)
	if err != nil {
		return nil, err
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: another program works on it: %w", d.Path, err), f.Close())
	}
	return f, nil
}

// Locked reports whether another program works on the drive.
func (d *Drive) Locked() bool {
	f, err := os.Open(d.Path)
	if err != nil {
		return false
	}
	defer f.Close()
	return unix.Flock(int(f.Fd()), unix.LOCK_SH|unix.LOCK_NB) == unix.EWOULDBLOCK
}
