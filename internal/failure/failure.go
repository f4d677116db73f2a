// Package failure has the ways in which bringing, judging and comparing can fail
// that callers and exit codes tell apart: an input cannot be had, or it is there
// and is refused, or two things that should be the same are not.
package failure

import (
	"errors"
	"fmt"
	"strings"
)

// Exit codes of the programs of the image half.
const (
	Different   = 1 // compared, and not the same
	Usage       = 2 // usage or recipe error, and anything that has no code of its own
	Unavailable = 3 // an input cannot be had
	Refused     = 4 // a signature, hash or policy does not hold
)

// A MissingError says which inputs cannot be had, and where each was sought.
type MissingError struct {
	Items []Missing
}

// Missing is one input that cannot be had.
type Missing struct {
	// Name is the path in the archive, or the name of a package.
	Name string
	// Tried lists the places and what came of each, in the order of trying.
	Tried []string
}

func (e *MissingError) Error() string {
	var b strings.Builder
	if len(e.Items) == 1 {
		fmt.Fprintf(&b, "cannot be had: %s", e.Items[0].Name)
	} else {
		fmt.Fprintf(&b, "%d inputs cannot be had:", len(e.Items))
	}
	for _, item := range e.Items {
		if len(e.Items) > 1 {
			fmt.Fprintf(&b, "\n  %s", item.Name)
		}
		for _, place := range item.Tried {
			fmt.Fprintf(&b, "\n    tried %s", place)
		}
	}
	return b.String()
}

// A RefusedError says what was refused and why.
type RefusedError struct {
	// Name is what was refused: a file, a suite, a store object.
	Name string
	Err  error
}

func (e *RefusedError) Error() string { return fmt.Sprintf("refused: %s: %v", e.Name, e.Err) }

// Unwrap returns the reason.
func (e *RefusedError) Unwrap() error { return e.Err }

// Refuse returns a RefusedError.
func Refuse(name string, err error) error { return &RefusedError{name, err} }

// Refusef returns a RefusedError with a reason in the manner of [fmt.Errorf].
func Refusef(name, format string, args ...any) error {
	return &RefusedError{name, fmt.Errorf(format, args...)}
}

// A DifferentError says what was compared and is not the same.
type DifferentError struct {
	Err error
}

func (e *DifferentError) Error() string { return e.Err.Error() }

// Unwrap returns the reason.
func (e *DifferentError) Unwrap() error { return e.Err }

// ExitCode returns the exit code for an error of any kind: 0 for nil. Of an error
// that is of several kinds, the one with the highest code counts.
func ExitCode(err error) int {
	var refused *RefusedError
	var missing *MissingError
	var different *DifferentError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &refused):
		return Refused
	case errors.As(err, &missing):
		return Unavailable
	case errors.As(err, &different):
		return Different
	}
	return Usage
}
