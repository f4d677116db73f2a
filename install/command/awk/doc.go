// Package awk is the language of POSIX awk, as Debian's mawk has it.
//
//	program, err := awk.Parse(`$3 > 99 { print $1 }`)
//	status, err := program.Run(&awk.Env{Out: &out, Open: open, Args: []string{"awk", "/etc/group"}})
//
// Where POSIX leaves a choice, or mawk makes its own, this package follows
// mawk 1.3.4: substr with a start before the first character, "+inf", an empty
// separator that splits into characters, regular expressions as RS, nextfile,
// delete of whole arrays, length of arrays. "for (key in array)" visits keys in
// order: first those that are whole numbers, by value, then the others by byte.
//
// Text is bytes, as in the C locale.
//
// Limits: rand and srand end the run with ErrRandom, as nothing random exists
// in an image build. A run is given up with ErrSteps after 10 million steps (an
// operation is one, and one more for every 64 bytes it makes), when a string
// exceeds 16 MiB or the arrays together 1 million elements.
package awk
