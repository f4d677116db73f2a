package deb822_test

import (
	"fmt"

	"coen/debian/deb822"
)

func Example() {
	p, err := deb822.ParseOne([]byte("Package: eject\nVersion: 2.41-5\nSection: utils\n"))
	if err != nil {
		panic(err)
	}
	p.Set("status", "install ok installed")
	p.Delete("Section")
	fmt.Print(p.Get("PACKAGE"), "\n\n", p)
	// Output:
	// eject
	//
	// Package: eject
	// Version: 2.41-5
	// status: install ok installed
}
