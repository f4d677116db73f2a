// Package show makes a hash readable for a room and for its cameras: in large
// numbered words of the PGP list, four to a row, the hexadecimal digits in groups
// of four, and a QR code of these digits; black on white, nothing by colour alone.
//
// One layout of 1024 by 768 points, the screen of a ceremony, is drawn as PNG, as
// PDF and as HTML. For terminals there is wide text, and block letters that fill
// the screen with a few words at a time.
//
//	h := show.Hash{Title: "ksr.xml", Note: "4711 bytes", Digest: sum}
//	err := h.WritePNG(w)
package show
