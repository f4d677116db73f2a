package fat

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// A shortName is a name as every directory slot has it: eight characters and
// an extension of three, padded with spaces, without the dot.
type shortName [11]byte

const (
	unitsPerSlot = 13  // UTF-16 units of a long name in one slot
	maxLongName  = 255 // units
)

// checkName refuses what VFAT cannot represent.
func checkName(name string) error {
	switch {
	case !utf8.ValidString(name):
		return errors.New("name is not UTF-8")
	case len(utf16.Encode([]rune(name))) > maxLongName:
		return fmt.Errorf("name is longer than %d UTF-16 units", maxLongName)
	case strings.HasSuffix(name, ".") || strings.HasSuffix(name, " "):
		return errors.New("name ends in a dot or a space")
	}
	for _, r := range name {
		if r < 0x20 || r == 0x7F || strings.ContainsRune(`"*/:<>?\|`, r) {
			return fmt.Errorf("name contains %q", r)
		}
	}
	return nil
}

// foldName is the form in which two names of a directory must differ.
func foldName(name string) string {
	return strings.Map(func(r rune) rune { return unicode.ToLower(unicode.ToUpper(r)) }, name)
}

// shortChar reports whether short names may have c. Characters beyond ASCII
// would mean different letters under different code pages.
func shortChar(c byte) bool {
	return 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("$%'-_@~`!(){}^#&", c) >= 0
}

// exactShort returns name as a short name if that loses nothing.
func exactShort(name string) (shortName, bool) {
	base, ext, dot := strings.Cut(name, ".")
	if base == "" || len(base) > 8 || len(ext) > 3 || dot && ext == "" {
		return shortName{}, false
	}
	for _, c := range []byte(base + ext) {
		if !shortChar(c) {
			return shortName{}, false
		}
	}
	return packShort(base, ext), true
}

func packShort(base, ext string) (s shortName) {
	copy(s[:], "           ")
	copy(s[:8], base)
	copy(s[8:], ext)
	return s
}

// inventShort makes a short name for name that is not in used: FATGEN's
// "basis-name generation", with a numeric tail unless only case was lost.
func inventShort(name string, used map[shortName]bool) (shortName, error) {
	if s, ok := exactShort(strings.ToUpper(name)); ok && !used[s] {
		return s, nil
	}
	base, ext := basis(name)
	for n := 1; n <= 999999; n++ {
		tail := fmt.Sprintf("~%d", n)
		s := packShort(base[:min(len(base), 8-len(tail))]+tail, ext)
		if !used[s] {
			return s, nil
		}
	}
	return shortName{}, errors.New("no short name left")
}

// basis strips name to characters of short names.
func basis(name string) (base, ext string) {
	name = strings.TrimLeft(strings.ReplaceAll(name, " ", ""), ".")
	if i := strings.LastIndexByte(name, '.'); i >= 0 {
		name, ext = name[:i], shorten(name[i+1:], 3)
	}
	return shorten(strings.ReplaceAll(name, ".", ""), 8), ext
}

// shorten keeps the first n characters, the unusable ones as underscores.
func shorten(s string, n int) string {
	var b []byte
	for _, r := range strings.ToUpper(s) {
		if len(b) == n {
			break
		}
		if r >= utf8.RuneSelf || !shortChar(byte(r)) {
			r = '_'
		}
		b = append(b, byte(r))
	}
	return string(b)
}

// checksum ties the slots of a long name to their short name.
func (s shortName) checksum() (sum byte) {
	for _, c := range s {
		sum = sum>>1 | sum<<7
		sum += c
	}
	return sum
}

// String is the short name as people write it. lower has the bits with which
// Windows marks a base (8) or an extension (16) of small letters.
func (s shortName) String(lower byte) string {
	if s[0] == 0x05 {
		s[0] = 0xE5 // which would have meant a free slot
	}
	base, ext := decodeOEM(s[:8]), decodeOEM(s[8:])
	if lower&8 != 0 {
		base = strings.ToLower(base)
	}
	if lower&16 != 0 {
		ext = strings.ToLower(ext)
	}
	if ext == "" {
		return base
	}
	return base + "." + ext
}

// decodeOEM reads characters of an unknown code page, of which only ASCII is
// certain.
func decodeOEM(b []byte) string {
	var s strings.Builder
	for _, c := range b {
		if c < utf8.RuneSelf {
			s.WriteByte(c)
		} else {
			s.WriteRune(utf8.RuneError)
		}
	}
	return strings.TrimRight(s.String(), " ")
}

// packLabel pads a volume label.
func packLabel(label string) (shortName, error) {
	if len(label) > 11 || strings.TrimSpace(label) != label {
		return shortName{}, fmt.Errorf("label %q is longer than 11 characters or padded", label)
	}
	for _, c := range []byte(label) {
		if c != ' ' && !shortChar(c) {
			return shortName{}, fmt.Errorf("label %q contains %q", label, c)
		}
	}
	if label == "" {
		label = noLabel
	}
	var s shortName
	copy(s[:], label+"           ")
	return s, nil
}

// noLabel stands in the boot sector of volumes without a label.
const noLabel = "NO NAME"
