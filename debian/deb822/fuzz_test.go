package deb822

import (
	"bytes"
	"testing"
)

// FuzzRead: no input panics, and what is read is written and read again as the
// same bytes.
func FuzzRead(f *testing.F) {
	f.Add([]byte("Package: a\nDescription: b\n c\n .\n\nPackage: d\n"))
	f.Add([]byte("A:\n x\n\n\n\nB: \t\r"))
	f.Fuzz(func(t *testing.T, text []byte) {
		all, err := Parse(text)
		if err != nil {
			return
		}
		var once, twice bytes.Buffer
		Write(&once, all...)
		again, err := Parse(once.Bytes())
		if err != nil {
			t.Fatalf("cannot read what was written: %v", err)
		}
		Write(&twice, again...)
		if !bytes.Equal(once.Bytes(), twice.Bytes()) {
			t.Fatalf("%q became %q", once.Bytes(), twice.Bytes())
		}
	})
}
