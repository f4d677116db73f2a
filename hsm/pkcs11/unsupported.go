//go:build !linux && !darwin

package pkcs11

import (
	"errors"

	"coen/hsm"
)

// Load reports that this system has no modules that could be loaded.
func Load(string) (hsm.Library, error) {
	return nil, errors.New("PKCS#11 modules cannot be loaded on this system")
}
