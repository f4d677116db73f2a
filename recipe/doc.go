// Package recipe reads what an image should be: one strict YAML file.
//
// spec/recipe.md describes the format key by key. Parse rejects unknown and
// repeated keys, and checks every value before anything acts on it, so that a
// Recipe in hand is a lawful one. Names of packages and paths inside them are
// not checked here; the commands that meet them report those.
//
// A recipe's Digest is the SHA-256 of its file, byte for byte. A lock carries
// it, and a lock made from another recipe is refused.
package recipe
