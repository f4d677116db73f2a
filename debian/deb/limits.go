package deb

// What a package may at most claim. The largest packages of Debian 13 that
// people install on such systems stay below a tenth of each.
const (
	// MaxControl is the size in bytes of an unpacked control.tar.
	MaxControl = 64 << 20
	// MaxData is the size in bytes of an unpacked data.tar.
	MaxData = 8 << 30
	// MaxFile is the size in bytes of one file.
	MaxFile = 4 << 30
	// MaxEntries is the number of entries of a tar archive, and MaxNames the sum
	// of their names' lengths in bytes.
	MaxEntries = 1 << 20
	MaxNames   = 64 << 20
	// MaxRatio is how many times larger than its compressed form a tar archive
	// can be, once it is larger than FreeBytes. Real ones stay below 100; a
	// bomb of zeros has several thousand.
	MaxRatio = 400
	// FreeBytes is the size in bytes below which MaxRatio does not matter.
	FreeBytes = 16 << 20

	maxPath     = 4095 // PATH_MAX of Linux, without the final NUL
	maxName     = 255  // NAME_MAX
	maxMajor    = 1<<12 - 1
	maxMinor    = 1<<20 - 1
	maxID       = 1<<32 - 2 // 1<<32 - 1 is "no change" to chown(2)
	maxTime     = 1<<32 - 1 // squashfs and ext4 stop there or later
	maxWindow   = 128 << 20 // of zstd; zstd --ultra -22 needs this much
	maxArHeader = 100       // members of the outer archive
)
