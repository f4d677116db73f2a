// Package profile numbers the ways in which coen turns the same inputs into the
// bytes of an image.
//
// The bytes depend on more than recipe and packages: on the layout of the medium,
// on what each writer of a file system leaves nowhere to choice, on the version of
// the compressor. A lock names the profile it was made for, so that its image has
// the same hash in ten years, or the tool says that it cannot make it.
//
// Whoever changes any of these bytes makes a new profile: raises Current, and
// keeps what the old one needs or enters it in retired. A test of package image holds
// golden hashes of every writer and encoder, and fails when they change.
package profile

import (
	"fmt"

	"coen/internal/failure"
)

// A Profile is a way to make the bytes of an image.
type Profile struct {
	// Number counts the profiles from 1.
	Number int
	// Since is the first release of coen that has the profile. It stands in the
	// lock beside the number, for those who have an older coen.
	Since string
}

// Current is the profile of new locks.
var Current = Profile{Number: 1, Since: "3.0.0"}

// retired gives, for profiles that this coen no longer has, the last release that
// has them.
var retired = map[int]string{}

// String returns the form that stands in a lock: "1 3.0.0".
func (p Profile) String() string { return fmt.Sprintf("%d %s", p.Number, p.Since) }

// Check refuses a profile that this coen does not have, and says which one does.
func (p Profile) Check() error {
	if p.Number == Current.Number {
		return nil
	}
	if last, ok := retired[p.Number]; ok {
		return failure.Refusef("lock", "it is for output profile %d, which this coen has no longer: use coen %s", p.Number, last)
	}
	return failure.Refusef("lock", "it is for output profile %d, and this coen makes %d: use coen %s or a later release that has it", p.Number, Current.Number, p.Since)
}
