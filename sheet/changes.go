package sheet

import (
	"fmt"

	"coen/lock"
)

// Changes tell the packages of two locks apart.
type Changes struct {
	Since                   string // the release before
	Added, Removed, Changed int
	Same                    int
	List                    []Change // sorted by name
}

// A Change is what became of a package.
type Change struct {
	Name     string
	From, To string // versions; empty if the package was added or removed
}

// Compare tells what changed in the packages since a release and its lock.
func Compare(since string, before, after *lock.Lock) *Changes {
	c := &Changes{Since: since}
	a, b := before.Packages, after.Packages
	for len(a) > 0 || len(b) > 0 { // both are sorted by name
		switch {
		case len(b) == 0 || len(a) > 0 && a[0].Name < b[0].Name:
			c.Removed++
			c.List = append(c.List, Change{a[0].Name, a[0].Version, ""})
			a = a[1:]
		case len(a) == 0 || b[0].Name < a[0].Name:
			c.Added++
			c.List = append(c.List, Change{b[0].Name, "", b[0].Version})
			b = b[1:]
		default:
			if a[0].SHA256 != b[0].SHA256 {
				c.Changed++
				c.List = append(c.List, Change{a[0].Name, a[0].Version, b[0].Version})
			} else {
				c.Same++
			}
			a, b = a[1:], b[1:]
		}
	}
	return c
}

// String tells the change on one line.
func (c Change) String() string {
	switch {
	case c.From == "":
		return "+ " + c.Name + " " + c.To
	case c.To == "":
		return "- " + c.Name + " " + c.From
	case c.From == c.To:
		return c.Name + " " + c.To + ", rebuilt"
	}
	return c.Name + " " + c.From + " > " + c.To
}

// Summary counts.
func (c *Changes) Summary() string {
	return fmt.Sprintf("%d changed, %d added, %d removed, %d as before.", c.Changed, c.Added, c.Removed, c.Same)
}
