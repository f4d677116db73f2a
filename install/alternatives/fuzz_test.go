package alternatives

import (
	"bytes"
	"testing"
)

// FuzzParse demands that what was read once is written and read again without
// change.
func FuzzParse(f *testing.F) {
	f.Add([]byte("auto\n/usr/bin/awk\nnawk\n/usr/bin/nawk\n\n/usr/bin/mawk\n5\n/usr/bin/mawk\n\n"))
	f.Add([]byte("manual\n/x\n\n\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		there := func(string) bool { return false }
		g, err := parse("x", data, there)
		if err != nil {
			return
		}
		once := g.format()
		again, err := parse("x", once, there)
		if err != nil {
			t.Fatalf("%q: %v", once, err)
		}
		if twice := again.format(); !bytes.Equal(once, twice) {
			t.Errorf("%q became %q", once, twice)
		}
	})
}
