// Package fat writes and reads FAT16 and FAT32 file system images, with long
// names, as described by Microsoft's "FAT: General Overview of On-Disk Format"
// (version 1.03, "FATGEN") and ECMA-107.
//
// A [Writer] collects headers and content and, on Close, writes the image in
// one sequential pass. The image is a function of what was added and of
// [Volume]: nothing comes from the clock, the host or the order of Add, and
// every byte that no file owns is zero. A [Reader] opens an image as an
// [io/fs.FS].
//
// # Limits
//
// Sectors are 512 bytes and there are two FATs; FAT12 and exFAT are neither
// written nor read. Files are smaller than 4 GiB and lie in one piece. The root
// directory of a FAT16 volume has 512 slots, any other directory 65,536; a name
// needs one slot, and one more per 13 characters if it is not upper-case 8.3.
// Of a file's mode only the type and the owner's write bit are kept, the latter
// as the read-only attribute; hidden, system and archive attributes are not
// modelled. Times are in UTC, from 1980 to 2107, in steps of two seconds. Names
// compare without regard to case.
//
// The reader is meant for images from anywhere: it checks all directories and
// chains of clusters when it opens the image, and refuses loops, cross links,
// and names that are no valid path elements. It trusts the first table and
// ignores the second. It holds up to a million entries in memory, never file
// content.
package fat
