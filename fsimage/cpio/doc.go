// Package cpio writes and reads the "newc" form of cpio archives, the one the
// Linux kernel unpacks as its initial RAM file system.
//
// The package is used as archive/tar is: a [Writer] takes a [Header] and then
// that entry's content, a [Reader] gives them back in the order of the archive.
// What newc leaves open is fixed, so that equal input makes equal bytes:
//
//   - inode numbers count up from 1 in the order of writing; hard links share one
//   - the device an entry was "on" is 0:0
//   - a directory has 2 links, as in the kernel's own gen_init_cpio; anything
//     else has as many as it has names
//   - content is stored with the first name of a hard-linked file
//   - the archive is padded with zeros to 512 bytes, as GNU cpio does
//
// # Limits
//
// Only newc (magic 070701) is known: neither the older cpio forms, nor the
// variant with checksums (070702), nor compressed archives. A file has less than
// 4 GiB, a name or a link target at most 4095 bytes (the kernel skips longer ones
// without a word), times are whole seconds from 1970 to 2106. The kernel also
// ignores a file whose directory has not been made by an earlier entry; the Writer
// leaves that order to its caller, because the directory may come from an archive
// in front of this one.
//
// The format is described in the kernel's
// Documentation/driver-api/early-userspace/buffer-format.rst and in cpio(5).
package cpio
