package pgpwords

import (
	"strings"
	"sync"
)

var columns = sync.OnceValue(func() [2][]string {
	return [2][]string{strings.Fields(even), strings.Fields(odd)}
})

// Words returns one word for each byte of digest, in order. A nil or empty
// digest has no words.
func Words(digest []byte) []string {
	list := columns()
	words := make([]string, len(digest))
	for i, b := range digest {
		words[i] = list[i%2][b]
	}
	return words
}

// String returns the words of digest separated by single spaces.
func String(digest []byte) string {
	return strings.Join(Words(digest), " ")
}
