// Package xz decompresses .xz files, the form in which Debian packages and kernel
// modules are compressed, about as fast as xz itself.
//
// [NewReader] decompresses a stream. [Open] needs random access to the compressed
// data and decompresses several blocks of it at a time, if it has several: large
// Debian packages do.
//
// Files may consist of several streams with padding between them. All checksums
// are verified, and so are the sizes in headers, index and footer. Memory is
// bounded by the dictionary that the file asks for, and not allocated before there
// is content to fill it; nothing else that a file claims is trusted.
//
// # Limits
//
// Nothing is compressed here. The only filter is LZMA2: those for machine code and
// the delta filter, which Debian does not use, are refused. So are dictionaries of
// more than [MaxDict], and checks other than CRC-32, CRC-64 and SHA-256 (or none).
//
// # Standard
//
// The .xz File Format, version 1.2.1, of the XZ Utils project. LZMA and LZMA2 are
// specified by Igor Pavlov's LZMA SDK ("lzma-specification.txt").
package xz
