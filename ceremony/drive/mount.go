package drive

import (
	"errors"
	"fmt"
	"syscall"
	"time"
)

// options are those of file systems that keep no modes or encode names: names in
// UTF-8, modes that mark no file as a program, and after an error no more writing.
var options = map[string]string{
	"vfat":  "utf8=1,shortname=mixed,fmask=0133,dmask=0022,errors=remount-ro",
	"exfat": "iocharset=utf8,fmask=0133,dmask=0022,errors=remount-ro",
}

// Access is what may be done with a drive that is mounted.
type Access int

// The kinds of access. What is written at once is on the drive when write(2)
// returns: nothing is lost if the drive is pulled out then.
const (
	ReadOnly Access = iota
	Write
	WriteAtOnce
)

// MountAt mounts the file system on a device at a folder. Programs, devices and
// set-id bits on it are not honoured.
func MountAt(device, dir, fileSystem string, access Access) error {
	if err := mount(device, dir, fileSystem, access, options[fileSystem]); err != nil {
		return fmt.Errorf("mount %s (%s) at %s: %w", device, fileSystem, dir, err)
	}
	return nil
}

// Remount changes what may be done with what is mounted at a folder.
func Remount(dir string, access Access) error {
	if err := remount(dir, access); err != nil {
		return fmt.Errorf("mount %s again: %w", dir, err)
	}
	return nil
}

// unmountTime is how long others, udev among them, may still look at a drive.
const unmountTime = 5 * time.Second

// Unmount unmounts what is at a folder, and waits a little if it is busy.
func Unmount(dir string) error {
	for end := time.Now().Add(unmountTime); ; time.Sleep(100 * time.Millisecond) {
		err := unmount(dir)
		if err == nil {
			return nil
		}
		if !errors.Is(err, syscall.EBUSY) || time.Now().After(end) {
			return fmt.Errorf("unmount %s: %w", dir, err)
		}
	}
}

// Detach removes a mount of a drive that is gone, however busy it is.
func Detach(dir string) error {
	if err := detach(dir); err != nil {
		return fmt.Errorf("detach %s: %w", dir, err)
	}
	return nil
}
