// Package deb822 reads and writes Debian control data: paragraphs of
// "Name: value" fields, separated by empty lines.
//
// The format is that of Debian Policy, chapter 5, and deb822(5). It carries
// binary control files, Packages and Release indices, dpkg's status database,
// debconf templates and apt's .sources files.
//
// A [Paragraph] keeps its fields in the order and with the bytes they were
// read, so that reading and writing is the identity for input in which single
// empty lines separate paragraphs. Field names are looked up without regard to
// case, as the format asks.
//
// # Limits
//
// A paragraph may have at most [MaxParagraph] bytes and [MaxFields] fields, which
// bounds what a [Reader] holds in memory. A field that occurs twice, a line of nothing but
// white space, a NUL byte and a continuation line without a field are errors
// rather than matters of taste. Comments are errors too unless
// [Reader.Comments] is set, and then they are skipped, not kept. Signed
// (clearsigned) files are the business of package archive.
package deb822
