// Package iso9660 writes and reads ISO 9660 volumes, the file system of optical
// discs, with all that makes one file boot as a disc and as a USB stick, with
// BIOS and with UEFI firmware.
//
// The standards are ECMA-119 (volume and directory structure), SUSP 1.12 and
// RRIP 1.12 ("Rock Ridge": POSIX names, modes, times and symbolic links),
// Joliet (names for Windows), El Torito 1.0 (boot images), and the UEFI
// specification (GPT). The partition tables of a hybrid image lie in the system
// area, which ECMA-119 leaves to the user.
//
// A [Writer] collects headers and content and, on Close, computes the layout
// from the sizes and writes the image in one sequential pass, so that it can be
// hashed on the way. The image is a function of what was added and of [Volume]:
// nothing comes from the clock or the host or depends on the order of Add, and
// every byte that nothing owns is zero. A [Reader] opens an image as an
// [io/fs.FS].
//
// # Layout
//
// Blocks of 2048 bytes:
//
//	0         MBR and GPT, if the volume is hybrid
//	16        volume descriptors: primary, boot record, Joliet, terminator
//	          path tables
//	          directories and their continuation areas
//	          Joliet directories
//	          boot catalog
//	          files in order of path; an EFI system partition comes last
//	          300 KiB of zeros, for drives that read ahead
//	          backup GPT
//
// The volume space size, which isosize(8) prints, counts all of it: reading so
// much from a disc or stick gives back the image.
//
// # Limits
//
// Files, directories and symbolic links are written; devices, hard links,
// sparse files and extended attributes are not. Names have up to 253 bytes, since
// Linux cuts longer ones. Deep directories stay where they are, although ECMA-119
// wants no more than eight levels; everything since the 1990s reads them. Files
// of 4 GiB and more have several extents (ECMA-119 level 3). There are at most
// 65,535 directories. Times have a resolution of one second, from 1900 to 2155,
// in UTC. Joliet has no symbolic links, cuts names at 64 characters, and changes
// those that differ from others only in case.
//
// The reader is meant for images from anywhere: it checks the whole directory
// tree when it opens the image, and refuses loops and names that are no valid
// path elements. It prefers Rock Ridge names and falls back to plain ones. It
// holds up to a million entries in memory, never file content. Interleaved
// files, extended attribute records, relocated directories, multi-volume sets
// and compressed (zisofs) content are not understood.
package iso9660
