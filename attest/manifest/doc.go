// Package manifest reads and writes the manifest of a release: one page of text
// that names the ISO, its size and hash in digits and words, and what it was built
// from. spec/manifest.md specifies it.
//
// A manifest is signed as a file, with a signature beside it that ssh-keygen -Y
// verify or minisign -V judge as well as [Open] does. The signature says that
// somebody released this; that the ISO is what recipe and lock amount to, the
// statements of builders say (package attest).
package manifest
