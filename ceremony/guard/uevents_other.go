//go:build !linux

package guard

import "errors"

// uevents are Linux's.
func uevents() (changes <-chan struct{}, stop func(), err error) {
	return nil, nil, errors.ErrUnsupported
}
