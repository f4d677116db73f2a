package lock

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"strings"
	"time"

	"coen/debian/archive"
	"coen/internal/failure"
	"coen/profile"
)

// A Lock is the content of a lock file.
type Lock struct {
	// Profile is the output profile of the image.
	Profile profile.Profile
	// Recipe is the SHA-256 of the recipe the lock was made from.
	Recipe archive.Digest
	// Arch is the architecture, such as "amd64".
	Arch string
	// Time is when the archives were looked at, by which signatures and dates
	// were judged; in UTC and whole seconds.
	Time time.Time
	// Suites are those the packages are from, best first.
	Suites []Suite
	// Packages are sorted by name, each name once.
	Packages []Package
}

// A Suite names an InRelease file.
type Suite struct {
	// Archive is "debian" or "debian-security".
	Archive string
	// Name of the suite, as of the directory below dists/.
	Name       string
	Components []string
	// Date is the file's own.
	Date time.Time
	archive.File
}

// Path returns the path of the InRelease file below the archive's root.
func (s Suite) Path() string { return "dists/" + s.Name + "/InRelease" }

// A Package names a package file.
type Package struct {
	Name    string
	Version string
	// Arch is that of the lock, or "all".
	Arch string
	// Suite is the Name of one of the lock's suites.
	Suite string
	archive.File
	// Path of the file below the archive's root.
	Path string
	// Reason tells why the package is there; see package resolve.
	Reason string
}

const (
	magic = "coen-lock 1"
	// stampFormat is RFC 3339 in UTC and whole seconds.
	stampFormat = "2006-01-02T15:04:05Z"
)

// Bytes returns the lock file.
func (l *Lock) Bytes() []byte {
	var b bytes.Buffer
	fmt.Fprintln(&b, magic)
	fmt.Fprintf(&b, "profile %s\n", l.Profile)
	fmt.Fprintf(&b, "recipe %s\n", l.Recipe)
	fmt.Fprintf(&b, "arch %s\n", l.Arch)
	fmt.Fprintf(&b, "time %s\n", l.Time.UTC().Format(stampFormat))
	for _, s := range l.Suites {
		fmt.Fprintf(&b, "suite %s %s %s %s %d %s\n", s.Archive, s.Name, strings.Join(s.Components, ","),
			s.Date.UTC().Format(stampFormat), s.Size, s.SHA256)
	}
	for _, p := range l.Packages {
		fmt.Fprintf(&b, "package %s %s %s %s %d %s %s %s\n", p.Name, p.Version, p.Arch, p.Suite,
			p.Size, p.SHA256, p.Path, p.Reason)
	}
	return b.Bytes()
}

// Digest returns the SHA-256 of the lock file.
func (l *Lock) Digest() archive.Digest { return sha256.Sum256(l.Bytes()) }

// Suite returns the suite of that name.
func (l *Lock) Suite(name string) (Suite, bool) {
	for _, s := range l.Suites {
		if s.Name == name {
			return s, true
		}
	}
	return Suite{}, false
}

// CheckRecipe refuses a lock that was made from another recipe than the one
// with this digest.
func (l *Lock) CheckRecipe(digest archive.Digest) error {
	if l.Recipe != digest {
		return failure.Refusef("lock", "stale: it was made from the recipe with SHA-256 %s, and the recipe has %s", l.Recipe, digest)
	}
	return nil
}
