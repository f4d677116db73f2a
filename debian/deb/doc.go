// Package deb opens Debian binary packages from a source that may be hostile.
//
// A package is an ar archive of three members, as deb(5) says: debian-binary,
// which names the format's version; control.tar, with the control paragraph,
// maintainer scripts and other information; and data.tar, with the files to
// install. The two tar archives may be compressed with gzip, xz or zstd.
//
// [Open] reads the first two and keeps them in memory. [Package.Data] streams
// the third: memory stays bounded by the decompressor's window, the names of
// the entries and one header, whatever the package claims about itself.
//
// # Strictness
//
// The tar archives must be what dpkg-deb writes, in v7, ustar, GNU or PAX form.
// These are errors, reported before the entry in question is handed out:
//
//   - a name that is absolute, has a ".." or is longer than Linux allows, a name
//     that occurs twice, and a name below an earlier entry that is no directory;
//   - a hard link to anything but an earlier entry that is not a directory;
//   - a symbolic link that climbs above the root;
//   - sparse files, other types than dpkg knows, and device numbers, ids, modes
//     and times out of range;
//   - an extended attribute other than security.capability, and any PAX record
//     whose meaning would be lost;
//   - an archive that is cut off, lacks its end mark, or has data after it;
//   - more bytes or entries than the constants of this package allow.
//
// # Limits
//
// The obsolete formats 0.939 and bzip2 and lzma compression are refused, and
// signatures inside a package (members that begin with an underscore) are
// skipped: what vouches for a package is the archive's signed index.
package deb
