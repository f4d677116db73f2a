// Package ldcache writes /etc/ld.so.cache, the dynamic linker's index of shared
// libraries, as glibc's ldconfig does.
//
// Libraries are sought in the directories of /etc/ld.so.conf and in those built
// into Debian's ldconfig; each is known by the SONAME in its ELF header, and a
// missing symbolic link of that name is made. The file has the "new" format,
// glibc-ld.so.cache1.1 (elf/cache.c of glibc 2.33 and later): a header, entries
// sorted by descending name, a string table in which a name shares the tail of
// its path, and an extension that names the generator. Byte for byte it is what
// ldconfig writes.
//
//	err := ldcache.Write(tree, "amd64", nil)
//
// Limits: the auxiliary cache /var/cache/ldconfig/aux-cache, an index of inode
// numbers and change times of one disk, is not written. Directories
// glibc-hwcaps, which no package of Debian 13 main fills, are an error.
package ldcache
