package profile

import (
	"strings"
	"testing"

	"coen/internal/failure"
)

func TestCheck(t *testing.T) {
	retired[99] = "7.0.1"
	defer delete(retired, 99)
	for _, c := range []struct {
		p    Profile
		want string // "" for none
	}{
		{Current, ""},
		{Profile{Current.Number, "another"}, ""},
		{Profile{99, "6.0.0"}, "has no longer: use coen 7.0.1"},
		{Profile{100, "8.0.0"}, "use coen 8.0.0 or a later release"},
	} {
		err := c.p.Check()
		switch {
		case c.want == "" && err == nil:
		case c.want == "" || failure.ExitCode(err) != failure.Refused || !strings.Contains(err.Error(), c.want):
			t.Errorf("%v: %v, want %q", c.p, err, c.want)
		}
	}
}
