// Ceremony is the room around the key: it records consoles and terminals, keeps the ceremony log,
// hashes and copies flash drives, and prints.
//
// Each subcommand is a file of this package. Called through a link with the name of one of the tools
// that operators know (ttyaudit, hsmfd-hash, printlog, ...) it is that tool. The manual is
// doc/ceremony.md.
package main
