// Package trustanchor writes the file that resolvers take the root's trust from: the DS
// digests of the key signing keys, in the format of RFC 7958 as the root zone's operator has
// published it, byte for byte.
//
// Limits: zone ".", digest type 2 (SHA-256). The identifier is written as it is given, as
// ever; labels cannot need escaping.
//
//	digests, err := trustanchor.Parse(text)
//	err = trustanchor.Verify(digests, response.Bundles)
package trustanchor
