// Package sheet makes the witness sheet of a release: one page to print, lay on
// the table and sign. It names the release, its hash in digits, words and as a QR
// code, the builders who agree on it and what changed since the release before.
//
// [PDF] and [HTML] write the same page. Equal inputs give equal bytes: there is no
// clock, no random identifier and no compression in them.
//
// The page is for the eye. What a program should read is the manifest, which the
// QR code repeats as the line that sha256sum -c takes.
package sheet
