package xz_test

import (
	"bufio"
	"fmt"
	"log"
	"os"

	"coen/debian/xz"
)

func Example() {
	f, err := os.Open("testdata/check-crc64.xz")
	if err != nil {
		log.Fatal(err)
	}
	defer f.Close()
	z, err := xz.NewReader(f)
	if err != nil {
		log.Fatal(err)
	}
	lines := bufio.NewScanner(z)
	lines.Scan()
	fmt.Println(lines.Text(), lines.Err())
	// Output: All work and no play makes Jack a dull boy. <nil>
}
