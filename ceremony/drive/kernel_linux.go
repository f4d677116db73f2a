package drive

import (
	"os"
	"unsafe"

	"golang.org/x/sys/unix"
)

// always is how drives are mounted: programs, devices and set-id bits on them are
// not honoured.
const always = unix.MS_NOEXEC | unix.MS_NOSUID | unix.MS_NODEV | unix.MS_NOATIME

// flags are those of mount(2) for each kind of access.
var flags = map[Access]uintptr{ReadOnly: always | unix.MS_RDONLY, Write: always, WriteAtOnce: always | unix.MS_SYNCHRONOUS}

func mount(device, dir, fileSystem string, access Access, options string) error {
	return unix.Mount(device, dir, fileSystem, flags[access], options)
}

func remount(dir string, access Access) error {
	return unix.Mount("", dir, "", unix.MS_REMOUNT|flags[access], "")
}

func unmount(dir string) error { return unix.Unmount(dir, unix.UMOUNT_NOFOLLOW) }

func detach(dir string) error { return unix.Unmount(dir, unix.MNT_DETACH|unix.UMOUNT_NOFOLLOW) }

// diskSequence returns the number of the insertion of an open drive.
func diskSequence(f *os.File) (sequence uint64, err error) {
	// x/sys has no function for requests that return 64 bits.
	_, _, errno := unix.Syscall(unix.SYS_IOCTL, f.Fd(), unix.BLKGETDISKSEQ, uintptr(unsafe.Pointer(&sequence)))
	if errno != 0 {
		return 0, errno
	}
	return sequence, nil
}

func flushBuffers(f *os.File) error { return unix.IoctlSetInt(int(f.Fd()), unix.BLKFLSBUF, 0) }

func readPartitions(f *os.File) error { return unix.IoctlSetInt(int(f.Fd()), unix.BLKRRPART, 0) }

func syncFileSystem(f *os.File) error { return unix.Syncfs(int(f.Fd())) }
