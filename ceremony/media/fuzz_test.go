package media_test

import (
	"bytes"
	"testing"

	"coen/ceremony/media"
)

// FuzzParse checks that whatever is accepted is written again as it was.
func FuzzParse(f *testing.F) {
	f.Add([]byte("hsmfd-manifest 1\n"))
	f.Add([]byte("hsmfd-manifest 1\nd 755 - - a\nf - 0 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 a/\\012\n"))
	f.Add([]byte("hsmfd-manifest 1\nd 1777 - - a\\\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		m, err := media.Parse(text)
		if err == nil && !bytes.Equal(m.Bytes(), text) {
			t.Errorf("%q is written again as %q", text, m.Bytes())
		}
	})
}
