package payload

import (
	"crypto/sha256"
	"fmt"
	"strings"
)

// List names all programs with their SHA-256, in the form of sha256sum, sorted by
// name.
func List() string {
	var b strings.Builder
	entries, _ := files.ReadDir("bin") // an embedded directory can be read, and is sorted
	for _, e := range entries {
		if data, err := Program(e.Name()); err == nil && !strings.HasPrefix(e.Name(), ".") {
			fmt.Fprintf(&b, "%x  %s\n", sha256.Sum256(data), e.Name())
		}
	}
	return b.String()
}
