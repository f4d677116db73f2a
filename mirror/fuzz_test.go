package mirror

import (
	"testing"
	"testing/fstest"
)

// FuzzFromApt: whatever a host's files say, what comes out are clean URLs.
func FuzzFromApt(f *testing.F) {
	f.Add([]byte("deb [arch=amd64] http://a.example/debian bookworm main\n"), []byte("Types: deb\nURIs: http://b.example/debian-security/\n"))
	f.Fuzz(func(t *testing.T, list, sources []byte) {
		fsys := fstest.MapFS{"sources.list": {Data: list}, "sources.list.d/a.sources": {Data: sources}}
		for _, m := range FromApt(fsys) {
			if again, err := Parse(m.Archive + "=" + m.Base); err != nil || again[0] != m {
				t.Fatalf("%v is read again as %v, %v", m, again, err)
			}
		}
	})
}
