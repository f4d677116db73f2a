package admin

import (
	"os/exec"
	"strings"
	"testing"

	"coen/internal/oracle"
)

// TestTransliterate compares the whole table with the C library's.
func TestTransliterate(t *testing.T) {
	real := oracle.Need(t, "iconv")
	for _, span := range [][2]rune{{1, 0x250}, {0x2000, 0x2070}} {
		for r := span[0]; r < span[1]; r++ {
			cmd := exec.Command(real, "-f", "UTF-8", "-t", "ANSI_X3.4-1968//TRANSLIT")
			cmd.Env = []string{"LC_ALL=C"}
			cmd.Stdin = strings.NewReader(string(r) + "|")
			want, err := cmd.Output()
			if err != nil {
				t.Fatal(err)
			}
			if got, ok := transliterate(string(r) + "|"); !ok || got != string(want) {
				t.Errorf("%U: got %q, want %q", r, got, want)
			}
		}
	}
	for _, text := range []string{"\xff", "\u0416", "\u2070"} {
		if got, ok := transliterate(text); ok {
			t.Errorf("%q: got %q", text, got)
		}
	}
}
