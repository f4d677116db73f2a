package deb_test

import (
	"fmt"
	"io"
	"os"

	"coen/debian/deb"
)

func Example() {
	f, err := os.Open("testdata/hello.deb")
	if err != nil {
		panic(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		panic(err)
	}
	p, err := deb.Open(f, info.Size())
	if err != nil {
		panic(err)
	}
	fmt.Println(p.Control.Get("Package"), p.Control.Get("Version"))
	fmt.Printf("conffiles: %s", p.Members["conffiles"].Data)

	data, err := p.Data()
	if err != nil {
		panic(err)
	}
	target := func(e *deb.Entry) string {
		if e.Link == "" {
			return ""
		}
		return " -> " + e.Link
	}
	defer data.Close()
	for {
		e, err := data.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			panic(err)
		}
		fmt.Printf("%c %04o %d:%d %2d %s%s\n", e.Type, e.Mode, e.UID, e.GID, e.Size, e.Name, target(e))
	}
	// Output:
	// hello 1.0-1
	// conffiles: /etc/hello.conf
	// d 0755 0:0  0 .
	// d 0755 0:0  0 etc
	// f 0644 0:0 15 etc/hello.conf
	// d 0755 0:0  0 usr
	// d 0755 0:0  0 usr/bin
	// f 0755 0:0 21 usr/bin/hello
	// l 0777 0:0  0 usr/bin/hi -> hello
}
