// Package xz decompresses the .xz format with LZMA2, as Debian packages use it.
//
// A [Reader] decodes one or several streams after one another and verifies
// everything the format has to verify: header and footer checksums, the check
// over each block's content (CRC32, CRC64, SHA-256 or none), and the index.
//
//	r, err := xz.NewReader(f)
//	_, err = io.Copy(w, r)
//
// The standard is "The .xz File Format", version 1.2.1; for LZMA2, which that
// document leaves out, the code follows the LZMA specification of the LZMA SDK.
//
// # Limits
//
// Decompression only. LZMA2 is the only filter: branch converters (BCJ) and the
// delta filter are refused. A dictionary of more than [MaxDictionary] bytes is
// refused too, which bounds memory to about that.
//
// # Why not a library
//
// Unpacking is most of the time an image takes to build, and the Go decoders
// there are spend it in interface calls per byte. This one decodes from a slice
// with its state in registers, at three times their speed.
package xz
