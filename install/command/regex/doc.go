// Package regex matches the regular expressions of POSIX, basic and extended,
// with the extensions of the GNU C library, over bytes as in the C locale.
//
// The match found is the leftmost and, among those, the longest. Groups are
// filled as the GNU library does: of the ways to match that text, the one that
// takes the left alternative and the longer repetition first.
//
// Extensions known in both kinds: \w \W \s \S \b \B \< \> \` \' and back
// references; in basic expressions also \+ \? \|.
//
// Without back references, a match takes time proportional to the product of
// the text's and the expression's length. With them it may be exponential, so
// that the number of steps is limited, and Find may fail with ErrSteps.
//
//	re, err := regex.Compile(`\([a-z]*\)=\1`, 0)
//	loc, err := re.Find([]byte("key ab=ab"), 0) // [4 9 4 6]
//
// Limits: collating elements of more than one character do not exist; \{n,m\}
// counts to 32767 at most; an expression makes at most 50,000 instructions.
package regex
