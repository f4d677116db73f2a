// Package verity computes and checks dm-verity hash trees, with which Linux
// verifies every block of a read-only device as it is read.
//
// A [Writer] takes the data as a stream and gives the [Tree], whose bytes are those
// that "veritysetup format" writes: a superblock, and behind it the tree, the top
// level first. A [Reader] reads data and checks it against a tree and what has to
// be known from a trusted source, the [Root].
//
// # Limits
//
// Only one set of parameters is known, the defaults of veritysetup: format 1,
// SHA-256, blocks of 4096 bytes for data and hashes, a salt of at most 256 bytes.
// There is no forward error correction. Data is whole blocks, at least one. The
// digests of all data blocks are kept in memory, 32 bytes for each 4096.
//
// # Standard
//
// Documentation/admin-guide/device-mapper/verity.rst of the kernel, and for the
// superblock the cryptsetup project's "DMVerity" page.
package verity
