// Package hwdb compiles udev's hardware database: the text files of
// /usr/lib/udev/hwdb.d and /etc/udev/hwdb.d into the binary hwdb.bin that udev
// maps into memory, as systemd-hwdb(8) does.
//
// The text has records of match patterns and properties (hwdb(7)). The binary
// is a radix tree over the patterns, its nodes stored children first, and a
// string buffer in which a string shares the tail of one stored before; the
// layout is that of systemd's src/libsystemd/sd-hwdb/hwdb-internal.h, signature
// KSLPHHRH. Byte for byte it is what systemd-hwdb of the given version writes.
//
//	err := hwdb.Write(tree, "/usr/lib/udev", 257, nil)
//
// Limits: patterns are taken as bytes; lines that systemd-hwdb would complain
// about are passed over in silence, as it goes on after them too.
package hwdb
