// Package paper turns text into pages: PDF as it goes to the printer.
//
// Nothing of the text is lost. Lines that are too long go on in the next line
// behind an arrow; bytes that have no picture are written out in a grey box, as
// <1B> or <U+200B>; tabs go to every eighth column. Each page names the file and
// says which page of how many it is, and below it the digest of what is printed.
//
//	d := &paper.Document{Left: "ksrsigner.log", Text: text, Paper: paper.A4, Size: paper.LogSize, Time: now}
//	err := d.WritePDF(w)
//
// For one Document there is one PDF, byte for byte. Its fonts, Go Mono, are
// embedded, so that every printer and viewer shows the same.
//
// Limits: text runs from left to right, one column to a character. What Go Mono
// has no glyph for, Chinese among it, is written as a number.
package paper
