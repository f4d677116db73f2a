//go:build !linux

// Coen-init is the first program of the live system and runs on Linux only.
package main

import (
	"fmt"
	"os"
)

func main() {
	fmt.Fprintln(os.Stderr, "coen-init: runs only as the first program of the COEN live system")
	os.Exit(2)
}
