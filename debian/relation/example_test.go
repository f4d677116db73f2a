package relation_test

import (
	"fmt"

	"coen/debian/relation"
	"coen/debian/version"
)

func Example() {
	list, err := relation.Parse("libc6 (>= 2.34), default-mta|mail-transport-agent, kmod [!hurd-i386]")
	if err != nil {
		panic(err)
	}
	v, _ := version.Parse("2.41-12")
	libc := &relation.Package{Name: "libc6", Version: v, Arch: "amd64", MultiArch: "same"}
	for _, group := range list.For("amd64") {
		fmt.Println(group, libc.Satisfies(group[0], "amd64", "amd64"))
	}
	// Output:
	// libc6 (>= 2.34) true
	// default-mta | mail-transport-agent false
	// kmod false
}
