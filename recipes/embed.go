// Package recipes holds the recipes, and their locks, that ship with coen.
package recipes

import "embed"

// Files are the recipes NAME.yaml with their locks NAME.lock.
//
//go:embed *.yaml *.lock
var Files embed.FS
