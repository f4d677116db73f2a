package resolve_test

import (
	"fmt"
	"strings"

	"coen/debian/archive"
	"coen/debian/resolve"
)

const packages = `Package: opensc
Version: 0.26.1-2
Architecture: amd64
Depends: opensc-pkcs11, pcscd | pcsc-other
Filename: pool/main/o/opensc/opensc_0.26.1-2_amd64.deb
Size: 400000
SHA256: 0000000000000000000000000000000000000000000000000000000000000001

Package: opensc-pkcs11
Version: 0.26.1-2
Architecture: amd64
Filename: pool/main/o/opensc/opensc-pkcs11_0.26.1-2_amd64.deb
Size: 900000
SHA256: 0000000000000000000000000000000000000000000000000000000000000002

Package: pcscd
Version: 2.3.3-1
Architecture: amd64
Filename: pool/main/p/pcsc-lite/pcscd_2.3.3-1_amd64.deb
Size: 100000
SHA256: 0000000000000000000000000000000000000000000000000000000000000003
`

func Example() {
	pool := resolve.NewPool("amd64")
	err := archive.ReadPackages(strings.NewReader(packages), "amd64", func(p *archive.Package) error {
		pool.Add(p, 0)
		return nil
	})
	if err != nil {
		panic(err)
	}
	selected, err := pool.Resolve([]resolve.Request{{Name: "opensc", Reason: "requested"}})
	if err != nil {
		panic(err)
	}
	for _, s := range selected {
		fmt.Printf("%s %s: %s\n", s.Name, s.Version, s.Reason)
	}
	// Output:
	// opensc 0.26.1-2: requested
	// opensc-pkcs11 0.26.1-2: opensc Depends: opensc-pkcs11
	// pcscd 2.3.3-1: opensc Depends: pcscd | pcsc-other
}
