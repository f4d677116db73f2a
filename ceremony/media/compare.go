package media

import (
	"fmt"
	"strings"
)

// A Difference is one path at which two trees differ.
type Difference struct {
	Path string
	// What says how, for people: "missing", "additional", "content differs".
	What string
}

func (d Difference) String() string { return fmt.Sprintf("%q: %s", d.Path, d.What) }

// Compare returns how b differs from a, in the order of paths. Modes count where
// both trees have them.
func Compare(a, b *Manifest) []Difference {
	var list []Difference
	i, j := 0, 0
	for i < len(a.Entries) || j < len(b.Entries) {
		order := 0
		switch {
		case i == len(a.Entries):
			order = 1
		case j == len(b.Entries):
			order = -1
		default:
			order = strings.Compare(a.Entries[i].Path, b.Entries[j].Path)
		}
		switch {
		case order < 0:
			list = append(list, Difference{a.Entries[i].Path, "missing"})
			i++
		case order > 0:
			list = append(list, Difference{b.Entries[j].Path, "additional"})
			j++
		default:
			if what := compare(&a.Entries[i], &b.Entries[j]); what != "" {
				list = append(list, Difference{a.Entries[i].Path, what})
			}
			i, j = i+1, j+1
		}
	}
	return list
}

func compare(a, b *Entry) string {
	switch {
	case a.Type != b.Type:
		return fmt.Sprintf("type %c, not %c", b.Type, a.Type)
	case a.content() && a.Size != b.Size:
		return fmt.Sprintf("%d bytes, not %d", b.Size, a.Size)
	case a.content() && a.SHA256 != b.SHA256:
		return "content differs"
	case a.Mode != NoMode && b.Mode != NoMode && a.Mode != b.Mode:
		return fmt.Sprintf("mode %o, not %o", b.Mode, a.Mode)
	}
	return ""
}
