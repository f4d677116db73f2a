package archive_test

import (
	"fmt"
	"os"
	"time"

	"coen/debian/archive"
)

func ExampleVerify() {
	inRelease, err := os.ReadFile("testdata/trixie-security.InRelease")
	if err != nil {
		panic(err)
	}
	policy, err := archive.DebianPolicy("trixie-security")
	if err != nil {
		panic(err)
	}
	now := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	release, err := archive.Verify(inRelease, policy, now)
	if err != nil {
		panic(err)
	}
	fmt.Println(release.Codename, release.Date.Format(time.DateOnly), release.CheckDates(now, time.Time{}))
	for _, s := range release.Signatures {
		fmt.Println(s.Signer)
	}
	index, err := release.Packages("trixie-security", "main", "amd64")
	if err != nil {
		panic(err)
	}
	fmt.Println(index.Paths[1], index.File.Size)
	// Output:
	// trixie-security 2026-11-21 <nil>
	// Debian Security Archive Automatic Signing Key (12/bookworm) <ftpmaster@debian.org>
	// Debian Security Archive Automatic Signing Key (13/trixie) <ftpmaster@debian.org>
	// dists/trixie-security/main/binary-amd64/Packages.xz 307764
}
