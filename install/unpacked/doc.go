// Package unpacked gives what packages hold, with contents that lie in files
// instead of memory and are decompressed only once, however often images are
// built of them.
//
//	entries, err := unpacked.Read(d, sum, cache)
//
// The first time, a package is decompressed: all contents go to one large value
// of the [Cache], one behind the other, and a list of the entries, each with place
// and SHA-256 of its content, to a small one. From then on the list will do, and
// contents are read when somebody wants them.
//
// Each content is held to its digest before any of it is handed out. What does
// not have it is a [DamagedError]: such a cache cannot be used.
package unpacked
