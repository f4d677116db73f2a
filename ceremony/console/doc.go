// Package console records the consoles of HSMs: serial lines, TCP connections and the output of
// programs. Sources come and go; each is read by a goroutine that does nothing else, so that nothing is lost
// while drives are slow.
//
// What arrives is cut into pieces: lines, or parts of lines where the line pauses for half a second or
// grows beyond 4096 bytes. Each piece becomes an entry of the ceremony log, with all its bytes, and a record of
// the published file ttyaudit-TAG-YYYYmmdd-HHMMSS.log:
//
//	2026-11-22T14:03:22+0000<TAB>ttyS0<TAB>Keyper ready
//
// Printable characters and tabs stand in a record as they are. A backslash is doubled, any other byte is
// written \r, \n or \xHH. A record that ends with a single backslash is continued by the tag's next
// one. A text that begins with "\# " was not received: it tells what happened to the line.
// The end of a line, LF or CR LF, is not written.
package console
