package desktop

import (
	"strings"
	"unicode/utf8"
)

// spaces is white space as C knows it.
const spaces = " \t\n\v\f\r"

// parse returns the keys of the group "Desktop Entry" of a key file in GLib's
// understanding, and whether there are no errors anywhere in the file.
func parse(text string) (map[string]string, bool) {
	entry := map[string]string{}
	group, grouped := "", false
	for line := range strings.SplitSeq(text, "\n") {
		line = strings.TrimLeft(strings.TrimSuffix(line, "\r"), spaces)
		key, value, pair := strings.Cut(line, "=")
		key = strings.TrimRight(key, spaces)
		header := strings.TrimRight(line, spaces)
		switch {
		case line == "" || line[0] == '#':
		case line[0] == '[' && strings.HasSuffix(header, "]"):
			group, grouped = header[1:len(header)-1], true
			if !isGroup(group) {
				return nil, false
			}
		case !pair || !grouped || !isKey(key):
			return nil, false
		case group == "Desktop Entry":
			entry[key] = strings.TrimLeft(value, spaces)
		}
	}
	return entry, true
}

func isGroup(name string) bool {
	return name != "" && !strings.ContainsFunc(name, func(c rune) bool {
		return c == '[' || c == ']' || c < ' ' || c == 0x7f
	})
}

// isKey reports whether a key may be so named, a language in brackets included.
func isKey(key string) bool {
	name, rest, translated := strings.Cut(key, "[")
	if name == "" || strings.ContainsAny(name, "]") || name[len(name)-1] == ' ' {
		return false
	}
	if !translated {
		return true
	}
	language, closed := strings.CutSuffix(rest, "]")
	return closed && !strings.ContainsFunc(language, func(c rune) bool {
		return c < utf8.RuneSelf && !('a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9' ||
			strings.ContainsRune("-_.@", c))
	})
}

// list returns the elements of a list, none if it is not written correctly.
func list(value string) []string {
	if !utf8.ValidString(value) {
		return nil
	}
	var all []string
	var b strings.Builder
	for i := 0; i < len(value); i++ {
		switch c := value[i]; {
		case c == ';':
			all = append(all, b.String())
			b.Reset()
		case c != '\\':
			b.WriteByte(c)
		default:
			if i++; i == len(value) {
				return nil
			}
			at := strings.IndexByte("sntr\\;", value[i])
			if at < 0 {
				return nil
			}
			b.WriteByte(" \n\t\r\\;"[at])
		}
	}
	if b.Len() > 0 {
		all = append(all, b.String())
	}
	return all
}
