package tree

import "fmt"

// Authorship says which kind of actor wrote a path.
type Authorship byte

// The kinds of author.
const (
	ByTool    Authorship = iota // COEN itself: directories that must exist, generated caches
	ByPackage                   // unpacked from a package's data member
	ByScript                    // written by a line of a maintainer script
	ByTrigger                   // written while a trigger was processed
	ByRule                      // written by the recipe
	ByOverlay                   // from an archive of a vendor
)

var authorships = [...]string{"tool", "package", "script", "trigger", "rule", "overlay"}

func (k Authorship) String() string {
	if int(k) < len(authorships) {
		return authorships[k]
	}
	return fmt.Sprintf("authorship(%d)", byte(k))
}

// An Author names who wrote a path: for a package its name and version, for a
// script the package and "postinst:24: chmod", for a rule its place in the
// recipe. The zero Author is the tool without further detail.
type Author struct {
	Kind   Authorship
	Name   string // "dbus 1.16.2-2", "recipe coen", "ld.so.cache"
	Detail string // "postinst:24: chmod 755 /var/lib/dbus"; may be empty
}

// String gives "kind name: detail", the form used in the provenance list.
func (a Author) String() string {
	s := a.Kind.String()
	if a.Name != "" {
		s += " " + a.Name
	}
	if a.Detail != "" {
		s += ": " + a.Detail
	}
	return s
}
