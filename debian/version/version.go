package version

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// A Version is a version taken apart. The zero value stands for no version,
// which is earlier than every version that has an upstream part other than a
// "~".
type Version struct {
	// Epoch is 0 if the version was written without one.
	Epoch int
	// Upstream is what is left without epoch and revision.
	Upstream string
	// Revision is what follows the last hyphen, or "" if there is none.
	Revision string
}

// Parse reads a version and holds it to all rules of deb-version(7).
func Parse(s string) (Version, error) {
	v, err := ParseLoose(s)
	if err != nil {
		return Version{}, err
	}
	if s != strings.TrimSpace(s) {
		return Version{}, fmt.Errorf("version %q: white space around it", s)
	}
	if !isDigit(s[0]) || !isDigit(v.Upstream[0]) {
		return Version{}, fmt.Errorf("version %q: epoch or upstream part does not start with a digit", s)
	}
	for _, c := range []byte(v.Upstream) {
		if !isAlnum(c) && !strings.ContainsRune(".+-~:", rune(c)) {
			return Version{}, fmt.Errorf("version %q: bad character %q", s, c)
		}
	}
	for _, c := range []byte(v.Revision) {
		if !isAlnum(c) && !strings.ContainsRune(".+~", rune(c)) {
			return Version{}, fmt.Errorf("version %q: bad character %q in revision", s, c)
		}
	}
	return v, nil
}

// ParseLoose reads a version as "dpkg --compare-versions" does. It accepts
// what dpkg merely warns of: strange characters, and an upstream part that does
// not start with a digit. It refuses what dpkg refuses: an empty version or
// part, white space inside, and an epoch that is not a number in range.
func ParseLoose(s string) (Version, error) {
	v, err := split(strings.Trim(s, " \t\n\v\f\r"))
	if err != nil {
		return Version{}, fmt.Errorf("version %q: %v", s, err)
	}
	return v, nil
}

func split(s string) (Version, error) {
	var v Version
	if s == "" {
		return v, errors.New("empty")
	}
	if strings.ContainsAny(s, " \t\n\v\f\r") {
		return v, errors.New("white space inside")
	}
	epoch, rest, found := strings.Cut(s, ":")
	if found {
		n, err := strconv.ParseInt(epoch, 10, 32)
		if err != nil || n < 0 {
			return v, fmt.Errorf("bad epoch %q", epoch)
		}
		v.Epoch, s = int(n), rest
	}
	v.Upstream = s
	if i := strings.LastIndexByte(s, '-'); i >= 0 {
		v.Upstream, v.Revision = s[:i], s[i+1:]
		if v.Revision == "" {
			return v, errors.New("empty revision")
		}
	}
	if v.Upstream == "" {
		return v, errors.New("no upstream part")
	}
	return v, nil
}

// String returns the version as dpkg writes it: with an epoch if it is not 0,
// or if the upstream part has a colon.
func (v Version) String() string {
	s := v.Upstream
	if v.Epoch != 0 || strings.Contains(s, ":") {
		s = strconv.Itoa(v.Epoch) + ":" + s
	}
	if v.Revision != "" {
		s += "-" + v.Revision
	}
	return s
}

// IsZero reports whether v stands for no version.
func (v Version) IsZero() bool { return v == Version{} }

// Compare returns -1, 0 or +1 as a is earlier than, equal to or later than b.
// Versions can be equal and yet be written differently, as 1.0 and 1.00 are.
func Compare(a, b Version) int {
	if a.Epoch != b.Epoch {
		if a.Epoch < b.Epoch {
			return -1
		}
		return 1
	}
	if c := compare(a.Upstream, b.Upstream); c != 0 {
		return c
	}
	return compare(a.Revision, b.Revision)
}

// compare compares one part: runs of other characters by order, runs of digits
// as numbers, in turn.
func compare(a, b string) int {
	for a != "" || b != "" {
		for a != "" && !isDigit(a[0]) || b != "" && !isDigit(b[0]) {
			if x, y := order(a), order(b); x != y {
				return sign(x - y)
			}
			a, b = tail(a), tail(b)
		}
		var x, y string
		x, a = number(a)
		y, b = number(b)
		if len(x) != len(y) {
			return sign(len(x) - len(y))
		}
		if c := strings.Compare(x, y); c != 0 {
			return c
		}
	}
	return 0
}

// number splits off the run of digits that s begins with, without its leading
// zeros.
func number(s string) (digits, rest string) {
	n := 0
	for n < len(s) && isDigit(s[n]) {
		n++
	}
	return strings.TrimLeft(s[:n], "0"), s[n:]
}

// order ranks the first character of s: tilde, then the end of the part or a
// digit, then letters, then everything else.
func order(s string) int {
	switch {
	case s == "" || isDigit(s[0]):
		return 0
	case s[0] == '~':
		return -1
	case isAlnum(s[0]):
		return int(s[0])
	default:
		return int(s[0]) + 256
	}
}

func tail(s string) string {
	if s == "" {
		return ""
	}
	return s[1:]
}

func sign(n int) int {
	if n < 0 {
		return -1
	}
	return 1
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isAlnum(c byte) bool { return isDigit(c) || 'a' <= c|0x20 && c|0x20 <= 'z' }
