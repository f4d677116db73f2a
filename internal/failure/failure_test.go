package failure

import (
	"errors"
	"fmt"
	"testing"
)

func TestExitCode(t *testing.T) {
	missing := &MissingError{[]Missing{{Name: "pool/a.deb", Tried: []string{"http://one/: 404", "http://two/: 404"}}}}
	refused := Refusef("dists/trixie/InRelease", "signed by nobody")
	for _, c := range []struct {
		err  error
		code int
	}{
		{nil, 0},
		{errors.New("other"), 2},
		{fmt.Errorf("fetch: %w", missing), 3},
		{fmt.Errorf("lock: %w", refused), 4},
		{errors.Join(missing, refused), 4},
		{fmt.Errorf("compare: %w", &DifferentError{errors.New("not the same")}), 1},
	} {
		if got := ExitCode(c.err); got != c.code {
			t.Errorf("%v: exit code %d, want %d", c.err, got, c.code)
		}
	}
}

func TestMessages(t *testing.T) {
	one := &MissingError{[]Missing{{"a", []string{"x: 404"}}}}
	two := &MissingError{[]Missing{{"a", []string{"x: 404"}}, {"b", nil}}}
	for _, c := range []struct {
		err  error
		want string
	}{
		{one, "cannot be had: a\n    tried x: 404"},
		{two, "2 inputs cannot be had:\n  a\n    tried x: 404\n  b"},
		{Refusef("a", "b %d", 1), "refused: a: b 1"},
	} {
		if got := c.err.Error(); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}
