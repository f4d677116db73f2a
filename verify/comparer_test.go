package verify

import (
	"strings"
	"testing"
)

func TestComparer(t *testing.T) {
	for _, c := range []struct {
		found  string
		writes []string
		want   string // "" if it is the same
	}{
		{"abcdef", []string{"abc", "def"}, ""},
		{"", nil, ""},
		{"abcdef", []string{"abc", "xef"}, "byte 3 differs, which belongs to no file and to no table"},
		{"abcdef", []string{"abc"}, "has 6 bytes in place of 3"},
		{"abc", []string{"abc", "de"}, "2 bytes differ that belong to no file and to no table, the first at byte 3"},
	} {
		x := &comparer{found: strings.NewReader(c.found)}
		for _, w := range c.writes {
			if n, err := x.Write([]byte(w)); n != len(w) || err != nil {
				t.Errorf("write %q: %d, %v", w, n, err)
			}
		}
		if x.same() != (c.want == "") || c.want != "" && x.String() != c.want {
			t.Errorf("%q and %q: same %v, %s", c.found, c.writes, x.same(), x)
		}
	}
	x := &comparer{found: strings.NewReader("abcdef")}
	for _, at := range []int64{4, 0, 2} { // in any order
		if _, err := x.WriteAt([]byte("abcdef"[at:at+2]), at); err != nil {
			t.Error(err)
		}
	}
	if x.at = 6; !x.same() {
		t.Errorf("%s", x)
	}
}
