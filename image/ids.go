package image

import (
	"crypto/sha256"
	"fmt"
	"strings"
)

// identifiers are the numbers and names that file system formats want to be
// unique. They derive from the digest of the lock, and those of overlays, so that
// two images differ in them if and only if their inputs differ.
type identifiers struct{ lock string }

func newIdentifiers(in Inputs) identifiers {
	id := identifiers{fmt.Sprintf("%x", sha256.Sum256(in.Lock))}
	for _, o := range in.Recipe.Overlays {
		id.lock += "\n" + o.SHA256
	}
	return id
}

// bytes returns 32 bytes for a purpose: SHA-256 of "coen", the purpose, the lock's
// digest and those of overlays, each ended by a newline.
func (id identifiers) bytes(purpose string) [32]byte {
	return sha256.Sum256([]byte("coen\n" + purpose + "\n" + id.lock + "\n"))
}

// uuid returns a name-based UUID for a purpose, marked as version 8 of RFC 9562
// (section 5.8: custom, here the SHA-256 above).
func (id identifiers) uuid(purpose string) (u [16]byte) {
	sum := id.bytes(purpose)
	copy(u[:], sum[:])
	u[6] = u[6]&0x0f | 0x80
	u[8] = u[8]&0x3f | 0x80
	return u
}

// number returns a 32-bit number for a purpose, never zero, which some readers
// take for none.
func (id identifiers) number(purpose string) uint32 {
	sum := id.bytes(purpose)
	return uint32(sum[0])<<24 | uint32(sum[1])<<16 | uint32(sum[2])<<8 | uint32(sum[3]) | 1
}

// volumeName makes the volume identifier of the medium from the image's name
// and release: at most 32 of the characters A to Z, 0 to 9 and "_" (ECMA-119
// section 7.4.1). Its last part tells releases apart that a stick's label may
// cut off.
func volumeName(name, release string) string {
	up := strings.ToUpper(name + "_" + release)
	clean := strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, up)
	if len(clean) > 32 {
		clean = clean[:32]
	}
	return clean
}
