// Package recipes holds the recipes, and their locks, that ship with coen.
package recipes

import "embed"

// Files are the recipes NAME.yaml with their locks NAME.lock and, in
// NAME.InRelease, the signed files that the lock names.
//
//go:embed *.yaml *.lock *.InRelease
var Files embed.FS
