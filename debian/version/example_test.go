package version_test

import (
	"fmt"

	"coen/debian/version"
)

func ExampleCompare() {
	old, _ := version.Parse("1:9.2p1-2+deb12u3")
	new, _ := version.Parse("1:10.0p1-7~bpo12+1")
	fmt.Println(version.Compare(old, new), new.Upstream)
	// Output: -1 10.0p1
}
