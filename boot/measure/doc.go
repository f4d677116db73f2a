// Package measure reads the whole medium that a machine was started from, once
// and from front to back, and makes what people compare of it: its size, its
// SHA-256 and the words of that.
//
// In the same pass [Read] checks every block of the root file system against the
// dm-verity root hash, and copies what is to run from memory: an optical disc
// takes minutes to read, and nobody should wait for it twice. Reading, hashing,
// verifying and copying overlap, each in a goroutine of its own.
//
// What it finds is a [Record], a text file for programs (spec/measured.md), and a
// [Screen] for people, which fits 64 columns and 24 lines: a text console of 80 by
// 25, or a picture of 1024 by 768 with characters of twice the usual size.
//
// # What a measurement says
//
// The size of the medium is what its volume descriptor says, so that a disc, a
// larger stick and the file give the same numbers. The number on the screen is
// as honest as the program that shows it, which comes from the same medium: it
// tells a wrong or damaged medium from the right one, and once the medium has
// been compared on another machine it tells that this is it. Against a medium
// that was made to lie only the other machine helps.
package measure
