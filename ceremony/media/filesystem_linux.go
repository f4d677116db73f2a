package media

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// exfatMagic is EXFAT_SUPER_MAGIC of the kernel's linux/magic.h.
const exfatMagic = 0x2011bab0

// keepsModes reports whether a folder is on a file system that keeps the modes
// of files. With vfat and exfat they are an option of the mount, and no property
// of the drive.
func keepsModes(dir string) (bool, error) {
	var s unix.Statfs_t
	if err := unix.Statfs(dir, &s); err != nil {
		return false, fmt.Errorf("statfs %q: %w", dir, err)
	}
	return s.Type != unix.MSDOS_SUPER_MAGIC && s.Type != exfatMagic, nil
}
