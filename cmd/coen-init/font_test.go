//go:build linux

package main

import (
	"fmt"
	"strings"
	"testing"
)

// TestDouble draws a character before and after.
func TestDouble(t *testing.T) {
	small := make([]byte, 2*fontRows)
	copy(small[fontRows:], []byte{0b10000001, 0b01000010, 0b00100100})
	large := double(small, 3)
	if len(large) != 2*len(small) {
		t.Fatalf("%d bytes become %d", len(small), len(large))
	}
	var got strings.Builder
	for row := range 6 {
		at := 2*fontRows + 2*row
		fmt.Fprintf(&got, "%08b%08b\n", large[at], large[at+1])
	}
	want := `
1100000000000011
1100000000000011
0011000000001100
0011000000001100
0000110000110000
0000110000110000
`
	if got.String() != want[1:] {
		t.Errorf("drawn as\n%s", got.String())
	}
}
