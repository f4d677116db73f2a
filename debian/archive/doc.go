// Package archive judges what a Debian archive says about itself: the signed
// InRelease file of a suite, and the Packages indices it vouches for.
//
// The chain is signature, then InRelease, then the SHA-256 of an index, then the
// SHA-256 of a package in it. [Verify] does the first two steps, [Index.Read]
// the third; the last is up to whoever fetches the package. Nothing here touches
// a network, a file or the clock: bytes and the time to judge them by are passed
// in.
//
// The format of archives is described on the page DebianRepository/Format of
// Debian's wiki, cleartext signatures in RFC 9580, section 7.
//
// # Signatures
//
// An InRelease file carries several signatures. Each is looked at. One made by
// a key of the keyring must hold, with SHA-256 or better, a time that is not in
// the future and a key that is valid at the time of judging; else the file is
// refused, however many others hold. One by a key that is not in the keyring
// counts for nothing, since archives sign with the keys of the next release
// before anybody has them. The file is accepted if the keys that the [Policy]
// requires are among those that signed. There may be nothing before or after the
// signed block.
//
// # Debian's keys
//
// The certificates in this package are those of package debian-archive-keyring
// 2025.1, byte for byte. The fingerprints of their primary keys:
//
//	B8B80B5B623EAB6AD8775C45B7C5D7D6350947F8  bookworm, archive
//	05AB90340C0C5E797F44A8C8254CF3B5AEC0A8F0  bookworm, security archive
//	4D64FEC119C2029067D6E791F8D2585B8783D481  bookworm, stable release
//	04B54C3CDCA79751B16BC6B5225629DF75B188BD  trixie, archive
//	5E04A1E3223A19A20706E20F9904613D4CCE68C6  trixie, security archive
//	41587F7DB8C774BCCF131416762F67A0B2C39DE4  trixie, stable release
//
// Debian's archive team publishes the same list.
package archive
