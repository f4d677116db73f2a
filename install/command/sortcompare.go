package command

import (
	"bytes"
	"cmp"
	"math"
	"strconv"
	"strings"
)

// compare orders two keys as their letters ask.
func (k sortKey) compare(a, b []byte) int {
	var order int
	switch {
	case k.is("n"):
		order = compareNumbers(a, b)
	case k.is("g"):
		order = cmp.Compare(leadingFloat(a), leadingFloat(b))
	case k.is("M"):
		order = cmp.Compare(month(a), month(b))
	case k.is("V"):
		order = compareVersions(string(a), string(b))
	default:
		order = bytes.Compare(k.translate(a), k.translate(b))
	}
	if k.is("r") {
		return -order
	}
	return order
}

func (k sortKey) is(letter string) bool { return strings.Contains(k.letters, letter) }

// translate drops and folds what -d, -i and -f say.
func (k sortKey) translate(s []byte) []byte {
	if !k.is("d") && !k.is("i") && !k.is("f") {
		return s
	}
	var t []byte
	for _, b := range s {
		letter := 'a' <= b|0x20 && b|0x20 <= 'z'
		switch {
		case k.is("d") && !letter && !isDigit(b) && !isBlank(b):
		case k.is("i") && (b < ' ' || b > '~'):
		default:
			t = append(t, b)
		}
	}
	if k.is("f") {
		t = upper(t)
	}
	return t
}

// compareNumbers orders by the decimal number in front, of any length; text
// without one counts as 0.
func compareNumbers(a, b []byte) int {
	an, ai, af := decimal(a)
	bn, bi, bf := decimal(b)
	if an != bn {
		if an {
			return -1
		}
		return 1
	}
	order := cmp.Or(cmp.Compare(len(ai), len(bi)), cmp.Compare(ai, bi), cmp.Compare(af, bf))
	if an {
		return -order
	}
	return order
}

// decimal takes the number in front of s apart: whether it is below zero, its
// digits before the point without leading zeros, and those behind it without
// trailing ones.
func decimal(s []byte) (negative bool, whole, fraction string) {
	t := string(bytes.TrimLeft(s, " \t\n"))
	t, negative = strings.CutPrefix(t, "-")
	rest := strings.TrimLeft(t, "0123456789")
	whole = strings.TrimLeft(t[:len(t)-len(rest)], "0")
	if strings.HasPrefix(rest, ".") {
		rest = rest[1:]
		fraction = strings.TrimRight(rest[:len(rest)-len(strings.TrimLeft(rest, "0123456789"))], "0")
	}
	return negative && whole+fraction != "", whole, fraction
}

// leadingFloat returns the floating point number in front; what is none sorts
// before all numbers.
func leadingFloat(s []byte) float64 {
	t := strings.TrimLeft(string(s), " \t\n")
	for n := len(t); n > 0; n-- {
		if f, err := strconv.ParseFloat(t[:n], 64); err == nil {
			return f
		}
	}
	return math.Inf(-1)
}

const months = "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC"

// month returns 1 to 12, or 0 if s does not start with a month.
func month(s []byte) int {
	t := upper(bytes.TrimLeft(s, " \t\n"))
	if len(t) < 3 {
		return 0
	}
	if i := strings.Index(months, string(t[:3])); i >= 0 && i%3 == 0 {
		return i/3 + 1
	}
	return 0
}

// compareVersions orders file names with version numbers as filevercmp of
// gnulib does: without their suffixes (such as ".tar.gz") first, hidden files
// in front.
func compareVersions(a, b string) int {
	if a == b {
		return 0
	}
	for _, special := range []string{"", ".", ".."} {
		if a == special {
			return -1
		}
		if b == special {
			return 1
		}
	}
	if ah, bh := a[0] == '.', b[0] == '.'; ah != bh {
		if ah {
			return -1
		}
		return 1
	}
	if a[0] == '.' {
		a, b = a[1:], b[1:]
	}
	return cmp.Or(versionOrder(a[:versionStem(a)], b[:versionStem(b)]), versionOrder(a, b))
}

// versionStem returns the length of s without a suffix of the form
// (\.[A-Za-z~][A-Za-z0-9~]*)*.
func versionStem(s string) int {
	stem := len(s)
	for i := len(s) - 1; i > 0; i-- {
		if s[i] == '.' {
			if i+1 == len(s) || isDigit(s[i+1]) {
				return stem
			}
			stem = i
		} else if !isAlphanumeric(s[i]) && s[i] != '~' {
			return stem
		}
	}
	return stem
}

func isAlphanumeric(b byte) bool { return isDigit(b) || 'a' <= b|0x20 && b|0x20 <= 'z' }

// versionOrder compares as Debian's version numbers do: alternating runs of
// other bytes, where "~" sorts before the end and letters before the rest, and
// of digits by value.
func versionOrder(a, b string) int {
	for a != "" || b != "" {
		i, j := 0, 0
		for i < len(a) && !isDigit(a[i]) || j < len(b) && !isDigit(b[j]) {
			if order := cmp.Compare(versionRank(a, i), versionRank(b, j)); order != 0 {
				return order
			}
			i, j = i+1, j+1
		}
		a, b = strings.TrimLeft(a[i:], "0"), strings.TrimLeft(b[j:], "0")
		i = len(a) - len(strings.TrimLeft(a, "0123456789"))
		j = len(b) - len(strings.TrimLeft(b, "0123456789"))
		if order := cmp.Or(cmp.Compare(i, j), cmp.Compare(a[:i], b[:j])); order != 0 {
			return order
		}
		a, b = a[i:], b[j:]
	}
	return 0
}

func versionRank(s string, i int) int {
	switch {
	case i >= len(s):
		return -1
	case isDigit(s[i]):
		return 0
	case s[i] == '~':
		return -2
	case isAlphanumeric(s[i]):
		return int(s[i])
	}
	return int(s[i]) + 256
}
