package iso9660

import (
	"fmt"
	"path"
	"strings"
	"unicode/utf16"
)

const (
	maxName   = 253  // bytes of a POSIX name; Linux cuts longer ones
	maxLink   = 4095 // bytes of a link's target, as in Linux
	maxPlain  = 30   // characters of name and extension (ECMA-119 7.5.1)
	maxJoliet = 64   // characters, with version
)

// A naming makes the identifiers of a directory tree.
type naming interface {
	// identifier returns an identifier for a name that is not in used.
	identifier(name string, dir bool, used identifiers) string
	// has reports whether the tree records n.
	has(n *node) bool
}

// plain is the naming of ECMA-119 level 2: d-characters, with extension and
// version for files. Rock Ridge has the real name.
type plain struct{}

func (plain) has(*node) bool { return true }

func (plain) identifier(name string, dir bool, used identifiers) string {
	ext := ""
	if i := strings.LastIndexByte(name, '.'); i > 0 && !dir {
		name, ext = name[:i], dCharacters(name[i+1:])
	}
	name, ext = dCharacters(name), ext[:min(len(ext), 8)]
	return used.distinct(func(tail string) string {
		base := name[:min(len(name), maxPlain-len(ext)-len(tail))] + tail
		if dir {
			return base
		}
		return base + "." + ext + ";1"
	})
}

// dCharacters maps a name to A-Z, 0-9 and underscore.
func dCharacters(name string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case 'a' <= r && r <= 'z':
			return r - 'a' + 'A'
		case 'A' <= r && r <= 'Z', '0' <= r && r <= '9':
			return r
		}
		return '_'
	}, name)
}

// joliet is the naming of Joliet, UCS-2 of which few characters are barred.
type joliet struct{}

// has is false for symbolic links, which Joliet cannot express.
func (joliet) has(n *node) bool { return n.Linkname == "" }

func (joliet) identifier(name string, dir bool, used identifiers) string {
	runes := []rune(strings.Map(func(r rune) rune {
		if r < 0x20 || r > 0xFFFF || strings.ContainsRune(`*/:;?\`, r) {
			return '_'
		}
		return r
	}, name))
	ext := []rune(path.Ext(string(runes)))
	if dir || len(ext) > 8 || len(ext) == len(runes) {
		ext = nil
	}
	version := ";1"
	if dir {
		version = ""
	}
	base := runes[:len(runes)-len(ext)]
	return ucs2(used.distinct(func(tail string) string {
		room := maxJoliet - len(version) - len(ext) - len(tail)
		text := string(base[:min(len(base), room)]) + tail + string(ext)
		if strings.HasSuffix(text, ".") || strings.HasSuffix(text, " ") {
			text = text[:len(text)-1] + "_" // readers would drop it
		}
		return text + version
	}))
}

// ucs2 encodes in big-endian order.
func ucs2(s string) string {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = append(b, byte(u>>8), byte(u))
	}
	return string(b)
}

// identifiers are those in use in a directory, in small letters, since readers of
// Joliet do not tell small from capital ones. Each has the number of the tail to
// try next on its account.
type identifiers map[string]int

// distinct returns the first unused of what make makes with no tail, and with
// tails _1, _2 and so on, and takes it into use.
func (used identifiers) distinct(make func(tail string) string) string {
	id := make("")
	first := strings.ToLower(id)
	n := used[first]
	if n > 0 {
		id = make(fmt.Sprintf("_%d", n))
	}
	for used[strings.ToLower(id)] > 0 {
		n++
		id = make(fmt.Sprintf("_%d", n))
	}
	used[first] = n + 1
	used[strings.ToLower(id)] = max(used[strings.ToLower(id)], 1)
	return id
}
