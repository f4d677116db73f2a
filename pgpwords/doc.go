// Package pgpwords speaks digests: it turns bytes into the words of the PGP
// word list, which people read to each other to agree on a hash.
//
// The list was made by Patrick Juola and Philip Zimmermann in 1995. A byte at an even offset
// takes a two-syllable word, a byte at an odd offset a three-syllable word;
// capitals (Algol, Babylon) are part of the list.
//
// Limits: there is no decoder. People compare words; programs compare digests.
package pgpwords
