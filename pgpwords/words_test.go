package pgpwords_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"testing"

	"coen/pgpwords"
)

// TestList holds the whole list to its published digest.
func TestList(t *testing.T) {
	h := sha256.New()
	for i := range 256 {
		w := pgpwords.Words([]byte{byte(i), byte(i)})
		fmt.Fprintf(h, "%02x %s %s\n", i, w[0], w[1])
	}
	const want = "39f288b4eede338e2778862083ea1a5b8d3b42d7f90ea1d1f0fffea4fe9baed1"
	if got := hex.EncodeToString(h.Sum(nil)); got != want {
		t.Errorf("list digest %s, want %s", got, want)
	}
}

func TestString(t *testing.T) {
	for _, c := range []struct{ hex, words string }{
		{"", ""},
		{"e5", "topmost"},
		{"e582", "topmost Istanbul"},
		{ // the image of COEN 2.0.0, as read aloud at its release
			"4d2d61b982550df637102701e73a14f292d51bf98b823fc9724e0d9a8e91cead",
			"dreadful clergyman fallout proximate miser equipment ancient vocalist " +
				"clamshell autopsy brackish adviser transit corrosion baboon vagabond " +
				"physique specialist beeswax Waterloo obtuse Istanbul cowbell retrospect " +
				"highchair distortion ancient newsletter orca miracle spyglass perceptive",
		},
	} {
		digest, err := hex.DecodeString(c.hex)
		if err != nil {
			t.Fatal(err)
		}
		if got := pgpwords.String(digest); got != c.words {
			t.Errorf("String(%s) = %q, want %q", c.hex, got, c.words)
		}
	}
}

func ExampleString() {
	digest := sha256.Sum256([]byte("ceremony\n"))
	fmt.Println(pgpwords.String(digest[:4]))
	// Output: scorecard glossary ammo fascinate
}
