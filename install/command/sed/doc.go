// Package sed is GNU sed's language: POSIX sed with the extensions of GNU sed
// 4.9 (addresses first~step, addr,+N, addr,~N and 0,/re/; the commands F Q R T
// W e v z; one-line a, i and c; case conversion in replacements; escapes).
//
//	program, err := sed.Parse(`s/a\(b\)/\u\1/;$!d`, sed.Options{})
//	status, err := program.Run(&sed.Env{Inputs: slices.Values(inputs), Out: &out})
//
// Limits: the command e and the flag e of s, which run programs, are known but
// end with ErrExec; files written with w get their content when the run ends;
// a run is given up with ErrSteps after 10 million steps (a command and a match
// are one each, and one more for every 64 bytes in the pattern space), or when
// the pattern or hold space exceeds 16 MiB.
package sed
