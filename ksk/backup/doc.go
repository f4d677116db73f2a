// Package backup takes private keys out of a token, wrapped, into a file, and puts them back into one. The
// file and what vouches for it are specified in spec/key-backup.md.
//
// A key leaves its token only encrypted by a wrapping key of the token (AES-256, RFC 5649). Each key in a file signs
// the whole file, so that anyone can verify it without a token, and nothing in it, not the label of a key nor which keys
// there are, can be changed without all of them. Before a file is written every wrapped key is
// unwrapped again and signs; after a restore too.
//
// Limits: private keys with their public halves. Wrapping keys do not go into files; package hsm copies them from
// token to token. Records of the legacy tool are read, not written.
//
//	file, err := backup.Export(wrappingKey, keys, now)
//	err = outfile.Write(path, file.Text(), create, verify)
//	file, err = backup.Parse(text)
//	key, err := backup.Restore(tokens, wrappingKey, file.Records[0])
package backup
