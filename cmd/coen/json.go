package main

import (
	"encoding/json"
	"io"
)

// writeJSON prints what --json asks for. Nothing in it is for a page of HTML, so
// that <, > and & stay as they are.
func writeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}
