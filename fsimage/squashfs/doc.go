// Package squashfs writes and reads squashfs 4.0 images, the compressed read-only
// file systems that Linux mounts.
//
// A [Writer] is used as archive/tar's: entries are added with a [Header] and their
// content, and Close completes the image. A [Reader] gives them back, entry by
// entry with Walk or as an [io/fs.FS]. Compression is Zstandard throughout.
//
// # Determinism
//
// Equal entries in equal order make equal bytes, on any machine and with any
// number of processors. What the format leaves open is fixed:
//
//   - Contents lie in the order in which they were added; tables in the order that
//     mksquashfs uses. Inodes are numbered from 1, the root, those of one directory
//     in a row.
//   - A block is compressed on its own as one Zstandard frame without checksum. It
//     is stored as it is if compression gains nothing, or if its bytes look random,
//     so that compressing it would gain next to nothing.
//   - Blocks that hold only zeros are holes. Nothing smaller is.
//   - What a file has beyond its last whole block shares a block, a "fragment", with
//     that of other files. Fragment blocks end early now and then at places that
//     only depend on names, so that after a change to one file most are still found
//     in a [Cache], which is asked by the digests of the files.
//   - Files with equal content share it.
//   - User and group ids are listed in order of first use; extended attributes are
//     sorted by name, and equal sets are stored once.
//   - The image is padded with zeros to 4096 bytes, as loop devices and dm-verity
//     want it.
//
// Bytes may change with the version of the encoder; see the tests for how that is
// noticed.
//
// # Limits
//
// The Writer keeps headers in memory, and reads contents from wherever they are;
// beyond that it needs some 50 MB for each worker. Paths have at most 4095 bytes,
// link targets too, path elements 255; one directory some 500,000 names; an image
// 65,535 different user and group ids. Times are whole seconds from 1970 to 2106.
// Extended attributes are those of the user, trusted and security namespaces, so
// access control lists cannot be stored. Images cannot be appended to.
//
// The Reader knows version 4.0 with Zstandard only, little-endian as that version
// always is. It refuses files of more than 4,194,304 blocks.
//
// # Standard
//
// The format is what Linux reads: fs/squashfs/squashfs_fs.h and
// Documentation/filesystems/squashfs.rst of the kernel. Zstandard is RFC 8878.
package squashfs
