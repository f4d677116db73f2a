// Package chain writes and replays the ceremony log: a text file of one line per event, each bound to
// the line before it by SHA-256. Whoever has the hash of one entry on paper, its checkpoint, can prove
// every entry up to it with nothing but sha256sum.
//
// The format is specified in spec/ceremony-log.md. Several processes may append to one file at a time:
// each append holds the file's lock (flock(2)) and replays first what the others wrote. An entry that a
// killed process left unfinished stays in the file as evidence, as does a line that is none; the next
// append vouches for its bytes in an entry of kind "torn" and the chain goes on.
//
// The log proves order and wholeness, not truth: who can write the file can write another one. Only a
// checkpoint that left the machine, on paper or camera, binds it. Cutting whole entries off the end is
// found by a later checkpoint only.
//
//	log, err := chain.Open("/run/ceremony/ceremony.log", time.Now)
//	...
//	entry, err := log.Append("note", chain.F("text", "safe 1 opened"))
//	fmt.Println(entry.Number, entry.Hash)
package chain
