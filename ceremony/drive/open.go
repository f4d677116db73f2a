package drive

import (
	"errors"
	"fmt"
	"os"
	"unsafe"

	"golang.org/x/sys/unix"
)

// ErrReplaced says that a device node no longer leads to the drive that was meant.
var ErrReplaced = errors.New("another drive is plugged in there now")

// Check returns ErrReplaced if the device is no longer the insertion that d is.
func (d *Drive) Check() error {
	f, err := os.Open(d.Path)
	if err != nil {
		return err
	}
	defer f.Close()
	return d.checkFile(f)
}

func (d *Drive) checkFile(f *os.File) error {
	var sequence uint64
	// x/sys has no function for requests that return 64 bits.
	_, _, errno := unix.Syscall(unix.SYS_IOCTL, f.Fd(), unix.BLKGETDISKSEQ, uintptr(unsafe.Pointer(&sequence)))
	if errno != 0 {
		return fmt.Errorf("%s: number of insertion: %w", d.Path, errno)
	}
	if sequence != d.Sequence {
		return fmt.Errorf("%s: %w", d.Path, ErrReplaced)
	}
	return nil
}

// OpenExclusive opens a drive for writing. It fails if anything of the drive is
// mounted or otherwise in use, and with ErrReplaced.
func (d *Drive) OpenExclusive() (*os.File, error) {
	f, err := os.OpenFile(d.Path, os.O_RDWR|unix.O_EXCL, 0)
	if err != nil {
		return nil, err
	}
	if err := d.checkFile(f); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// Drop has the kernel write what it holds for a drive and forget what it knows
// of it, so that what is read next comes from the drive.
func (d *Drive) Drop() error {
	f, err := os.Open(d.Path)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := d.checkFile(f); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return fmt.Errorf("%s: %w", d.Path, err)
	}
	if err := unix.IoctlSetInt(int(f.Fd()), unix.BLKFLSBUF, 0); err != nil {
		return fmt.Errorf("%s: drop what is cached: %w", d.Path, err)
	}
	return nil
}

// Lock keeps others from a drive while it is worked on: udev leaves a device
// alone as long as somebody holds a BSD lock of it (systemd's rule for block
// devices), and so does the drive guard. Closing the file ends it.
func (d *Drive) Lock() (*os.File, error) {
	f, err := os.Open(d.Path)
	if err != nil {
		return nil, err
	}
	if err := d.checkFile(f); err != nil {
		return nil, errors.Join(err, f.Close())
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
