package medium

import (
	"io/fs"
	"testing"
)

// TestMode turns modes into what a Record has, and back.
func TestMode(t *testing.T) {
	for _, c := range []struct {
		kind        byte
		permissions uint32
		mode        fs.FileMode
	}{
		{'f', 0, 0},
		{'f', 0o4755, fs.ModeSetuid | 0o755},
		{'d', 0o1777, fs.ModeDir | fs.ModeSticky | 0o777},
		{'d', 0o2775, fs.ModeDir | fs.ModeSetgid | 0o775},
		{'l', 0o777, fs.ModeSymlink | 0o777},
		{'c', 0o666, fs.ModeDevice | fs.ModeCharDevice | 0o666},
		{'b', 0o660, fs.ModeDevice | 0o660},
		{'p', 0o600, fs.ModeNamedPipe | 0o600},
		{'s', 0o7777, fs.ModeSocket | fs.ModeSetuid | fs.ModeSetgid | fs.ModeSticky | 0o777},
	} {
		if k, p := Kind(c.mode), Permissions(c.mode); k != c.kind || p != c.permissions {
			t.Errorf("%v is %c %04o, want %c %04o", c.mode, k, p, c.kind, c.permissions)
		}
		if m := Mode(c.kind, c.permissions); m != c.mode {
			t.Errorf("%c %04o is %v, want %v", c.kind, c.permissions, m, c.mode)
		}
	}
}
