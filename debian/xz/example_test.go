package xz_test

import (
	"fmt"
	"io"
	"strings"

	"coen/debian/xz"
)

func Example() {
	const file = "\xfd7zXZ\x00\x00\x01i\x22\xde6\x02\x00!\x01\x0c\x00\x00\x00\x8f\x98A\x9c" +
		"\x01\x00\x05hello\x0a\x00\x00\x00 0:6\x00\x01\x1a\x06\xc5\xea\xc8y\x90B\x99\x0d\x01\x00\x00\x00\x00\x01YZ"
	r, err := xz.NewReader(strings.NewReader(file))
	if err != nil {
		fmt.Println(err)
		return
	}
	text, err := io.ReadAll(r)
	fmt.Printf("%q %v\n", text, err)
	// Output: "hello\n" <nil>
}
