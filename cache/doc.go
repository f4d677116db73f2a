// Package cache keeps what can be computed again, from one build to the next:
// compressed blocks, what a package holds, what a kernel module says of itself.
//
//	c, err := cache.User()
//	defer c.Close()
//	value, ok := c.Get(key)
//
// Nothing depends on it but time. What may be deleted without a second thought
// lies here and nowhere else, in one folder that may be removed while no build
// runs; what has to be there lies in package store.
//
// # Trust
//
// A [store.Store] needs no trust, since its objects are named by their own hash.
// Here a name is the hash of the question, so that a false answer could change
// what is built. Therefore each small value is sealed: it lies behind an
// HMAC-SHA256 (RFC 2104) of its key and itself, under 32 random bytes that are
// made on first use and lie with the user's configuration, outside the cache.
// What was damaged, exchanged or brought from elsewhere does not open, and is
// computed again. Whoever can read that secret can also replace the program.
//
// Large values, which [Cache.Fill] makes, are not sealed; their callers keep the
// digests of what is in them among the small ones.
//
// # Layout
//
//	XX/YYYY...       a sealed value: 32 bytes of HMAC, then the value
//	files/YYYY...    a large value, as it is
//
// XX and YYYY... are the key in hexadecimal. The time of change of a file is that
// of its last use. [Cache.Close] removes those used longest ago while all of them
// together are larger than the limit.
package cache
